/** SBC-3: the commands of a block device, and the VPD pages that say how far they go. */
@NullMarked
package dev.sandstone.scsi.block;

import org.jspecify.annotations.NullMarked;
