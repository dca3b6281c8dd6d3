/** The command line: what a person or a script says to a running array. */
@NullMarked
package dev.sandstone.daemon.cli;

import org.jspecify.annotations.NullMarked;
