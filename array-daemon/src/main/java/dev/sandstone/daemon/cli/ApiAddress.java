package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the array's management interface is.
 *
 * @param host value of the Host header
 */
record ApiAddress(SocketAddress address, String host, String shown) {
    /** Name of the socket in an array's folder. */
    private static final String SOCKET = "api.sock";

    /** The folder of an array that runs as a service of the machine. */
    private static final Path SERVICE = Path.of("/var/lib/sandstone");

    /**
     * @param text {@code http://HOST:PORT}, {@code unix:PATH}, or an array's folder; empty: the socket in the current
     *     folder, else that of the machine's service
     */
    static ApiAddress of(String text) {
        if (text.isEmpty()) {
            for (Path folder : List.of(Path.of(""), SERVICE)) {
                if (Files.exists(folder.resolve(SOCKET))) {
                    return unix(folder.resolve(SOCKET));
                }
            }
            throw new ApiException(
                    ErrorCode.CANNOT_CONNECT,
                    "no array is named",
                    "neither --api nor SAN_API is given, and there is no api.sock here or in " + SERVICE,
                    "say --api http://HOST:PORT with --token, or --api DIR for an array's folder on this machine");
        }
        if (text.startsWith("unix:")) {
            return unix(Path.of(text.substring("unix:".length())));
        }
        if (!text.startsWith("http:")) {
            Path path = Path.of(text);
            return unix(Files.isDirectory(path) ? path.resolve(SOCKET) : path);
        }
        try {
            URI uri = new URI(text);
            String host = uri.getHost();
            if (host == null || uri.getPort() == 0 || !uri.getPath().matches("/?")) {
                throw bad(text);
            }
            int port = uri.getPort() < 0 ? 80 : uri.getPort();
            String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return new ApiAddress(
                    new InetSocketAddress(InetAddress.getByName(bare), port),
                    host + ":" + port,
                    "http://" + host + ":" + port);
        } catch (URISyntaxException | IllegalArgumentException malformed) {
            throw bad(text);
        } catch (UnknownHostException unknown) {
            throw new ApiException(
                    ErrorCode.CANNOT_CONNECT,
                    "no address for " + text,
                    "the host name cannot be resolved",
                    "check --api or SAN_API",
                    unknown);
        }
    }

    private static ApiAddress unix(Path path) {
        return new ApiAddress(UnixDomainSocketAddress.of(path), "localhost", "unix:" + path);
    }

    private static ApiException bad(String text) {
        return new ApiException(
                ErrorCode.USAGE,
                "\"" + text + "\" is no address of an array",
                "it must be http://HOST:PORT, unix:PATH or an array's folder",
                "correct --api or SAN_API");
    }
}
