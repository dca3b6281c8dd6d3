/** The log of a shard: the one ordered truth that everything else is computed from. */
@NullMarked
package dev.sandstone.engine.log;

import org.jspecify.annotations.NullMarked;
