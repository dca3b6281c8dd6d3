/** A use case for each noun: what the management interface can do, whoever asks. */
@NullMarked
package dev.sandstone.daemon.admin;

import org.jspecify.annotations.NullMarked;
