/** CHAP (RFC 1994 as RFC 7143 12.1.3 uses it): algorithms, one exchange, and the brake on guessing. */
@NullMarked
package dev.sandstone.iscsi.chap;

import org.jspecify.annotations.NullMarked;
