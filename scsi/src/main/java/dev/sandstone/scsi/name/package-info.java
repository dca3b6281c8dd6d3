/** Names of SCSI devices and ports as initiators write them, in the one form by which they are compared. */
@NullMarked
package dev.sandstone.scsi.name;

import org.jspecify.annotations.NullMarked;
