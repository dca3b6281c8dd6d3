package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.PortalAdmin;
import dev.sandstone.daemon.admin.ReservationAdmin;
import dev.sandstone.daemon.admin.SessionAdmin;

/** The use cases of how initiators come, who is there, and what they have reserved. */
public record Paths(SessionAdmin sessions, PortalAdmin portals, ReservationAdmin reservations) {}
