/** Target ports and their groups: how the paths to a logical unit differ. */
@NullMarked
package dev.sandstone.scsi.access;

import org.jspecify.annotations.NullMarked;
