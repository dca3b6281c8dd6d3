/** Whole arrays, started as a user starts them, under real clients over TCP. */
@NullMarked
package dev.sandstone.system;

import org.jspecify.annotations.NullMarked;
