/** End to end: this array and other targets under the same load, in alternation. */
@NullMarked
package dev.sandstone.bench.peers;

import org.jspecify.annotations.NullMarked;
