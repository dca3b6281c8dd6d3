/** Bounded readers for command descriptor blocks and parameter lists. */
@NullMarked
package dev.sandstone.scsi.cdb;

import org.jspecify.annotations.NullMarked;
