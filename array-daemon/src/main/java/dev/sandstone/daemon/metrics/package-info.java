/** Figures of the array in the text format of Prometheus. */
@NullMarked
package dev.sandstone.daemon.metrics;

import org.jspecify.annotations.NullMarked;
