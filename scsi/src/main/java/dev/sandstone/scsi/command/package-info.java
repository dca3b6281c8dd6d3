/** The command table: a row for each operation code or service action, and the contract of a handler. */
@NullMarked
package dev.sandstone.scsi.command;

import org.jspecify.annotations.NullMarked;
