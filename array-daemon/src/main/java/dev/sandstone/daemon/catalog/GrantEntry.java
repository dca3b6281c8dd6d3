package dev.sandstone.daemon.catalog;

/** A host sees a volume at a LUN. */
public record GrantEntry(String volume, String host, int lun, boolean readOnly) {}
