package dev.sandstone.initiator;

import dev.sandstone.iscsi.pdu.Bhs;

/** A PDU from the target, digests verified; header and data are the receiver's own. */
public record ReceivedPdu(Bhs bhs, byte[] data) {}
