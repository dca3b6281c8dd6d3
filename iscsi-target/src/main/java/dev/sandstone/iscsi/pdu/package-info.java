/** Placeholder. */
@NullMarked
package dev.sandstone.iscsi.pdu;

import org.jspecify.annotations.NullMarked;
