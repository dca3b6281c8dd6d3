package dev.sandstone.iscsi.login;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where a login comes from and through which door.
 *
 * @param from the initiator's address
 * @param portal this side's address
 */
public record Visitor(InetAddress from, InetSocketAddress portal) {}
