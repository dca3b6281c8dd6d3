/** The program {@code san}. */
@NullMarked
package dev.sandstone.daemon;

import org.jspecify.annotations.NullMarked;
