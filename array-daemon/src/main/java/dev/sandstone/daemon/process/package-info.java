/** The commands that run an array: serve, init; how their process starts, logs and stops. */
@NullMarked
package dev.sandstone.daemon.process;

import org.jspecify.annotations.NullMarked;
