/** The thread that owns a shard, as a seam: real loops in the daemon, a seeded one in the simulator. */
@NullMarked
package dev.sandstone.engine.loop;

import org.jspecify.annotations.NullMarked;
