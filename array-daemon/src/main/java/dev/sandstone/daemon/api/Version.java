package dev.sandstone.daemon.api;

/** The version of the program. */
public record Version(String version) {

    /** As built; {@code development} when it does not run from its jar. */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
