/** How much room the log has, and whether a write may take some. */
@NullMarked
package dev.sandstone.engine.space;

import org.jspecify.annotations.NullMarked;
