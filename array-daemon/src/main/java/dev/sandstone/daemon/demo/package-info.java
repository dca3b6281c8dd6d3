/** {@code san demo}: the product shown and checked on a real array over real TCP. */
@NullMarked
package dev.sandstone.daemon.demo;

import org.jspecify.annotations.NullMarked;
