package dev.sandstone.config;

/**
 * Where to listen.
 *
 * @param host name or address; an IPv6 address without its brackets
 * @param port 0 lets the system choose
 */
public record HostPort(String host, int port) {

    /**
     * Reads {@code HOST:PORT} or {@code [IPV6]:PORT}.
     *
     * @throws IllegalArgumentException with a message for a person
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw bad(text);
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]") && host.length() > 2) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0 || host.startsWith("[") || host.isBlank()) {
            throw bad(text);
        }
        String digits = text.substring(colon + 1);
        if (digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw bad(text);
        }
        int port = Integer.parseInt(digits);
        if (port > 65_535) {
            throw bad(text);
        }
        return new HostPort(host, port);
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException(
                "not an address to listen on: \"" + text + "\"; write HOST:PORT or [IPV6]:PORT");
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
