/** One SCSI command on the wire: its data in both directions, its bursts, residuals and status. */
@NullMarked
package dev.sandstone.iscsi.transfer;

import org.jspecify.annotations.NullMarked;
