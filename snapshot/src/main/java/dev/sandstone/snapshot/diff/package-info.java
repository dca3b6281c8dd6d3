/** What differs between two moments of a volume. */
@NullMarked
package dev.sandstone.snapshot.diff;

import org.jspecify.annotations.NullMarked;
