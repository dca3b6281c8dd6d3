package dev.sandstone.daemon.admin;

/**
 * The outcome of a create.
 *
 * @param view what exists now
 * @param isNew false when the same thing existed before
 */
public record Created<T>(T view, boolean isNew) {}
