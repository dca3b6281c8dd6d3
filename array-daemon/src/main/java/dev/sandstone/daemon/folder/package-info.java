/** The folder an array lives in: its marker, its lock, its secrets. */
@NullMarked
package dev.sandstone.daemon.folder;

import org.jspecify.annotations.NullMarked;
