/** The only room that touches disks: segments on a disk or in memory, and the files below them. */
@NullMarked
package dev.sandstone.engine.store;

import org.jspecify.annotations.NullMarked;
