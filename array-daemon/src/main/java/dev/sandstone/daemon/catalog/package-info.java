/** Names, hosts, grants and their secrets: durable, and in memory as one immutable state. */
@NullMarked
package dev.sandstone.daemon.catalog;

import org.jspecify.annotations.NullMarked;
