/** Segments from birth to reuse, and the cleaner that gives their space back. */
@NullMarked
package dev.sandstone.engine.cleaner;

import org.jspecify.annotations.NullMarked;
