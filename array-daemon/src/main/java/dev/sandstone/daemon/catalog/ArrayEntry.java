package dev.sandstone.daemon.catalog;

import java.util.UUID;

/** Who the array is, for as long as its data exists; the name is a part of its target name. */
public record ArrayEntry(String name, UUID uuid) {}
