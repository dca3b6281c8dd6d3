/** Facts of the log brought into the map, at run time and after a crash, and the verifier of all invariants. */
@NullMarked
package dev.sandstone.engine.recovery;

import org.jspecify.annotations.NullMarked;
