/** Copies as they run: what is moved where, in bounded memory, with progress and an end to abort. */
@NullMarked
package dev.sandstone.copy.job;

import org.jspecify.annotations.NullMarked;
