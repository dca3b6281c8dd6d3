package dev.sandstone.daemon.api;

import java.util.List;

/**
 * The array itself.
 *
 * @param access {@code open}: any initiator on this machine sees every volume; {@code granted}: only hosts with a grant
 */
public record ArrayView(String name, String version, String iqn, List<String> portals, String access) {}
