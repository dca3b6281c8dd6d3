/** How snapshots come, stay and go, so that a crash between any two steps leaves names and data in agreement. */
@NullMarked
package dev.sandstone.snapshot.lifecycle;

import org.jspecify.annotations.NullMarked;
