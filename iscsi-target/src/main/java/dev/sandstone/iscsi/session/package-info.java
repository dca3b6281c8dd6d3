/** Sessions and connections in full feature phase: numbering, requests, task management, the registry of sessions. */
@NullMarked
package dev.sandstone.iscsi.session;

import org.jspecify.annotations.NullMarked;
