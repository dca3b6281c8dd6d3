/** Placeholder. */
@NullMarked
package dev.sandstone.daemon.assembly;

import org.jspecify.annotations.NullMarked;
