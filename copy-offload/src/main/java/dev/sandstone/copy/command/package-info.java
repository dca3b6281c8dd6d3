/** Third-party copy as SCSI commands: parameter lists, list identifiers, what the copy manager says of itself. */
@NullMarked
package dev.sandstone.copy.command;

import org.jspecify.annotations.NullMarked;
