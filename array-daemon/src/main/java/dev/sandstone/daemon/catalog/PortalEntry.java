package dev.sandstone.daemon.catalog;

import org.jspecify.annotations.Nullable;

/**
 * What an operator made of a portal.
 *
 * @param listen its address as the configuration writes it; with a number when that is there more than once
 * @param optimized whether it is the better path
 * @param redirect {@code host:port} where its new sessions are sent; null: nowhere
 * @param permanent whether initiators are told that this is for good
 */
public record PortalEntry(
        String listen, boolean optimized, @Nullable String redirect, boolean permanent) {}
