/** Placeholder. */
@NullMarked
package dev.sandstone.scsi.command;

import org.jspecify.annotations.NullMarked;
