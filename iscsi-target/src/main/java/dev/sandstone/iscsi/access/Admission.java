package dev.sandstone.iscsi.access;

import java.util.Optional;

/**
 * What an initiator must show to log in.
 *
 * @param allowed whether the initiator may log in at all once authenticated; decided so that a refused initiator takes
 *     the same path and time as one with a wrong secret
 * @param inbound the account the initiator must prove; empty: no authentication asked
 * @param outbound the account the target proves when the initiator asks for mutual CHAP
 */
public record Admission(boolean allowed, Optional<ChapAccount> inbound, Optional<ChapAccount> outbound) {}
