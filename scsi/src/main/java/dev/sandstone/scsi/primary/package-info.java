/** SPC-4: the commands of every logical unit, and of LUNs without one. */
@NullMarked
package dev.sandstone.scsi.primary;

import org.jspecify.annotations.NullMarked;
