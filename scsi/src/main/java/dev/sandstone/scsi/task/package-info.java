/** SAM-5: nexuses, tasks and their management, as a transport protocol sees them. */
@NullMarked
package dev.sandstone.scsi.task;

import org.jspecify.annotations.NullMarked;
