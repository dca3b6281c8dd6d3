/** Placeholder. */
@NullMarked
package dev.sandstone.config;

import org.jspecify.annotations.NullMarked;
