package dev.sandstone.daemon.cli;

import picocli.CommandLine.Option;

/** What every client command takes. */
final class ClientOptions {
    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "The array: http://HOST:PORT, unix:PATH or its folder; else SAN_API, else the local socket.")
    String api = "";

    @Option(
            names = "--token",
            paramLabel = "T",
            description = "The admin token; else SAN_TOKEN. Not for a local socket.")
    String token = "";

    @Option(names = "--json", description = "Print JSON; bytes are numbers.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    ApiClient client() {
        return ApiClient.of(or(api, "SAN_API"), or(token, "SAN_TOKEN"));
    }

    private static String or(String option, String variable) {
        if (!option.isEmpty()) {
            return option;
        }
        String value = System.getenv(variable);
        return value == null ? "" : value;
    }
}
