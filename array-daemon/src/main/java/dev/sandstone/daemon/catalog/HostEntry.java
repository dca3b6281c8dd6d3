package dev.sandstone.daemon.catalog;

import org.jspecify.annotations.Nullable;

/**
 * An initiator that grants may name.
 *
 * @param iqn normalised: lower case
 * @param chapUser null when the host need not authenticate
 * @param chapSecret sealed
 * @param mutualUser null when the array does not authenticate to the host
 * @param mutualSecret sealed
 */
public record HostEntry(
        String name,
        String iqn,
        @Nullable String chapUser,
        @Nullable String chapSecret,
        @Nullable String mutualUser,
        @Nullable String mutualSecret) {}
