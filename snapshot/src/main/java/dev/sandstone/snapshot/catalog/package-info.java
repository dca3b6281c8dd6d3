/** What snapshots and consistency groups are called: durable, and in memory as one immutable state. */
@NullMarked
package dev.sandstone.snapshot.catalog;

import org.jspecify.annotations.NullMarked;
