/** Contents of blocks in memory, by where they lie in the log. */
@NullMarked
package dev.sandstone.engine.cache;

import org.jspecify.annotations.NullMarked;
