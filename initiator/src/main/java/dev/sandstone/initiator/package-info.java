/** A small iSCSI initiator (RFC 7143, error recovery level 0, one connection a session): the demo's and the tests' client. */
@NullMarked
package dev.sandstone.initiator;

import org.jspecify.annotations.NullMarked;
