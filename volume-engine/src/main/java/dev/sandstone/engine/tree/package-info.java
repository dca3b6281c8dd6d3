/** An ordered map whose versions stay as they were. */
@NullMarked
package dev.sandstone.engine.tree;

import org.jspecify.annotations.NullMarked;
