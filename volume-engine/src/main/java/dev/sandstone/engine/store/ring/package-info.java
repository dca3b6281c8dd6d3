/** File I/O in the io_uring of a network event loop, and that loop as the shard's loop. */
@NullMarked
package dev.sandstone.engine.store.ring;

import org.jspecify.annotations.NullMarked;
