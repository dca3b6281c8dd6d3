/** The key=value text of RFC 7143 6: its format with limits, every standard key with its negotiation rule. */
@NullMarked
package dev.sandstone.iscsi.text;

import org.jspecify.annotations.NullMarked;
