package dev.sandstone.daemon.catalog;

import java.util.UUID;

/** The keys of the catalog. Names hold no slash, so a slash parts them. The module snapshot has keys of its own. */
final class CatalogKeys {
    static final String FORMAT = "format";
    static final String ARRAY = "array";
    static final String VOLUMES = "volume/";
    static final String MOUNTS = "mount/";
    static final String HOSTS = "host/";
    static final String GRANTS = "grant/";
    static final String DOOMED = "doomed/";
    static final String PORTALS = "portal/";

    private CatalogKeys() {}

    static String volume(String name) {
        return VOLUMES + name;
    }

    static String mount(String name) {
        return MOUNTS + name;
    }

    static String host(String name) {
        return HOSTS + name;
    }

    static String grant(String volume, String host) {
        return GRANTS + volume + "/" + host;
    }

    static String portal(String listen) {
        return PORTALS + listen;
    }

    static String doomed(UUID uuid) {
        return DOOMED + uuid;
    }
}
