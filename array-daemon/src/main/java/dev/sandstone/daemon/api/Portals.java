package dev.sandstone.daemon.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests and answers about portals. */
public final class Portals {
    private Portals() {}

    /**
     * @param id counts from 1: the target port group of the portal too
     * @param address as a client can use it
     * @param access {@code optimized}, {@code non-optimized}, or {@code mixed} when the volumes differ
     * @param redirect where new sessions are sent instead; null: nowhere
     * @param redirectPermanent whether initiators are told that this is for good
     */
    public record View(
            int id, String address, String access, @Nullable String redirect, boolean redirectPermanent) {}

    /**
     * What is absent stays as it is.
     *
     * @param access {@code optimized} or {@code non-optimized}, for all volumes
     * @param redirect an address; empty: no longer
     * @param redirectPermanent absent: for now; only together with redirect
     */
    public record Update(
            @Nullable String access,
            @Nullable String redirect,
            @Nullable Boolean redirectPermanent) {}

    public record Page(List<View> items) {}
}
