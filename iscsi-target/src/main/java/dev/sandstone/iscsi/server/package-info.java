/** Portals: event loops, listening sockets, what a connection may cost before it logged in. */
@NullMarked
package dev.sandstone.iscsi.server;

import org.jspecify.annotations.NullMarked;
