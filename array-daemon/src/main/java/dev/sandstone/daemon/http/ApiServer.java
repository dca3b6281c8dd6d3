package dev.sandstone.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Json;
import dev.sandstone.daemon.api.Problem;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;

/**
 * The web server: loopback TCP with a token, and a Unix socket of mode 0600 without one. Bodies, headers, connections
 * and idle time are bounded.
 */
public final class ApiServer implements AutoCloseable {
    /** Bytes a path of a Unix socket may have (sun_path, less its final zero). */
    private static final int MAX_SOCKET_PATH = 107;

    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_LINE_BYTES = 4 * 1024;
    private static final int MAX_CONNECTIONS = 256;
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final Duration DRAIN = Duration.ofMillis(500);
    private static final String LOCAL = "local";

    private final WebServer server;
    private final Optional<HostPort> bound;
    private final Optional<Path> socket;

    private ApiServer(WebServer server, Optional<HostPort> bound, Optional<Path> socket) {
        this.server = server;
        this.bound = bound;
        this.socket = socket;
    }

    /**
     * Starts to serve.
     *
     * @param tcp where to listen with the token; must be a loopback address
     * @param socket the Unix socket; an old one there is replaced, the folder must be the caller's alone
     * @throws ApiException NOT_PERMITTED for an address that others could reach, PORT_IN_USE
     */
    public static ApiServer start(Api api, TokenCheck token, Optional<HostPort> tcp, Optional<Path> socket) {
        Routes routes = new Routes(api.routes());
        WebServerConfig.Builder builder =
                WebServer.builder().shutdownHook(false).shutdownGracePeriod(DRAIN);
        HttpRouting.Builder open = HttpRouting.builder().any(new Dispatcher(routes, Optional.empty()));
        Optional<SocketAddress> local = socket.map(ApiServer::socketAddress);
        if (tcp.isPresent()) {
            bound(builder);
            builder.bindAddress(loopback(tcp.get()))
                    .routing(HttpRouting.builder().any(new Dispatcher(routes, Optional.of(token))));
            local.ifPresent(address -> builder.putSocket(
                    LOCAL,
                    bound(ListenerConfig.builder())
                            .bindAddress(address)
                            .routing(open)
                            .build()));
        } else {
            bound(builder);
            builder.bindAddress(local.orElseThrow(() -> new IllegalArgumentException("nowhere to listen")))
                    .routing(open);
        }
        WebServer server = builder.build();
        try {
            server.start();
        } catch (RuntimeException refused) {
            server.stop();
            throw cannotListen(tcp);
        }
        if (!server.isRunning()) {
            throw cannotListen(tcp);
        }
        socket.ifPresent(ApiServer::ownerOnly);
        return new ApiServer(server, tcp.map(asked -> new HostPort(asked.host(), server.port())), socket);
    }

    /** The URL of the TCP side, or of the socket when there is only that. */
    public String url() {
        return bound.map(address -> "http://" + address)
                .orElseGet(() -> "unix:" + socket.map(Path::toString).orElse(""));
    }

    /** Ends requests under way within half a second, and removes the socket. */
    @Override
    public void close() {
        server.stop();
        socket.ifPresent(path -> {
            try {
                Files.deleteIfExists(path);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }

    private static <B extends ListenerConfig.BuilderBase<B, ?>> B bound(B builder) {
        return builder.maxPayloadSize(Dispatcher.MAX_DRAINED_BYTES)
                .maxTcpConnections(MAX_CONNECTIONS)
                .idleConnectionTimeout(IDLE)
                .protocolsDiscoverServices(false)
                .addProtocol(Http1Config.builder()
                        .maxHeadersSize(MAX_HEADER_BYTES)
                        .maxPrologueLength(MAX_LINE_BYTES)
                        .build())
                .directHandlers(problems());
    }

    /** What the web server refuses before any route is asked is told as a problem too. */
    private static DirectHandlers problems() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, (request, event, status, headers, message) -> {
                ErrorCode code = status.code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code()
                        ? ErrorCode.BODY_TOO_LARGE
                        : status.code() >= Status.INTERNAL_SERVER_ERROR_500.code()
                                ? ErrorCode.INTERNAL
                                : ErrorCode.BAD_REQUEST;
                ApiException problem = new ApiException(
                        code,
                        "the request was refused",
                        status.reasonPhrase(),
                        "send an HTTP/1.1 request within the limits");
                return DirectHandler.TransportResponse.builder()
                        .status(Status.create(code.status()))
                        .headers(headers)
                        .header(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                        .keepAlive(false)
                        .entity(Json.bytes(problem.problem()))
                        .build();
            });
        }
        return handlers.build();
    }

    private static InetSocketAddress loopback(HostPort asked) {
        try {
            InetAddress address = InetAddress.getByName(asked.host());
            if (address.isLoopbackAddress()) {
                return new InetSocketAddress(address, asked.port());
            }
        } catch (UnknownHostException unknown) {
            throw new ApiException(
                    ErrorCode.BAD_VALUE,
                    "no address for \"" + asked.host() + "\"",
                    "the name cannot be resolved",
                    "give an address, such as 127.0.0.1",
                    unknown);
        }
        throw new ApiException(
                ErrorCode.NOT_PERMITTED,
                "the management interface does not listen on " + asked,
                "without TLS its token could be read on the network",
                "listen on 127.0.0.1 and reach it through SSH");
    }

    private static SocketAddress socketAddress(Path path) {
        if (path.toString().getBytes(UTF_8).length > MAX_SOCKET_PATH) {
            throw new ApiException(
                    ErrorCode.BAD_VALUE,
                    "the path of the socket is too long: " + path,
                    "the system takes at most " + MAX_SOCKET_PATH + " bytes",
                    "use a folder with a shorter path");
        }
        try {
            Files.deleteIfExists(path);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return UnixDomainSocketAddress.of(path);
    }

    private static void ownerOnly(Path path) {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static ApiException cannotListen(Optional<HostPort> tcp) {
        String where = tcp.map(HostPort::toString).orElse("the socket");
        return new ApiException(
                ErrorCode.PORT_IN_USE,
                "the management interface cannot listen on " + where,
                "another process has the port, or the address is not this machine's",
                "end the process that has the port, or give another one; port 0 takes a free one");
    }
}
