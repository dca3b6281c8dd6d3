package dev.sandstone.initiator;

import java.util.List;

/**
 * A target that discovery found.
 *
 * @param addresses as sent: {@code host:port,portal-group-tag}
 */
public record DiscoveredTarget(String name, List<String> addresses) {}
