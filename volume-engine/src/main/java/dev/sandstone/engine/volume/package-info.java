/** Volumes and pools: what the layers above the engine see of it. */
@NullMarked
package dev.sandstone.engine.volume;

import org.jspecify.annotations.NullMarked;
