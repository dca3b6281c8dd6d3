/** Looks at the array's own loops, and says which of them is held up, and by what. */
@NullMarked
package dev.sandstone.daemon.watch;

import org.jspecify.annotations.NullMarked;
