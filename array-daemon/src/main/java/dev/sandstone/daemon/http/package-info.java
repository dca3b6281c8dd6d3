/** The REST interface: a resource class for each noun, one server, the token check. */
@NullMarked
package dev.sandstone.daemon.http;

import org.jspecify.annotations.NullMarked;
