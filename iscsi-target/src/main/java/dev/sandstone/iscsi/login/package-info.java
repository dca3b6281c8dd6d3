/** The login phase (RFC 7143 6.3) as a pure machine: a request goes in, a response and maybe an outcome come out. */
@NullMarked
package dev.sandstone.iscsi.login;

import org.jspecify.annotations.NullMarked;
