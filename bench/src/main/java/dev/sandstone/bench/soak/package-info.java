/** Hours of load on one array: whether it stays right, and stays as large as it was. */
@NullMarked
package dev.sandstone.bench.soak;

import org.jspecify.annotations.NullMarked;
