/** What crosses the management interface: requests, answers, problems, as JSON. */
@NullMarked
package dev.sandstone.daemon.api;

import org.jspecify.annotations.NullMarked;
