package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.access.TargetDirectory;

/** What all connections of a server share. */
public record Services(
        TargetDirectory directory,
        SessionRegistry registry,
        IscsiCounters counters,
        SessionLimits limits,
        PortalAddresses portals) {}
