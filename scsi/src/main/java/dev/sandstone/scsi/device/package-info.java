/** The target device: nexuses, LUN inventories, and the device server that runs the command table for each logical unit. */
@NullMarked
package dev.sandstone.scsi.device;

import org.jspecify.annotations.NullMarked;
