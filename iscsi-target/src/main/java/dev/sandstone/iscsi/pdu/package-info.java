/** The bytes of RFC 7143: layouts of every PDU, decoder, encoder, digests, and protocol errors with their blast radius. */
@NullMarked
package dev.sandstone.iscsi.pdu;

import org.jspecify.annotations.NullMarked;
