package dev.sandstone.daemon.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Json;
import dev.sandstone.daemon.api.Problem;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Speaks to an array's management interface. */
public final class ApiClient {
    /** How long most answers may take. */
    static final Duration USUAL = Duration.ofMinutes(2);

    /** How long it may take to make or to move something large. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private static final byte[] NOTHING = {};

    private final ApiAddress address;
    private final String token;

    private ApiClient(ApiAddress address, String token) {
        this.address = address;
        this.token = token;
    }

    /**
     * @param api as {@code --api} takes it
     * @param token empty for a local socket
     */
    public static ApiClient of(String api, String token) {
        if (token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new ApiException(
                    ErrorCode.USAGE,
                    "the token cannot be used",
                    "it holds blanks or control characters",
                    "copy it again");
        }
        return new ApiClient(ApiAddress.of(api), token);
    }

    public <T> T get(String path, Class<T> type) {
        return Json.read(call("GET", path, NOTHING, USUAL), type);
    }

    public String text(String path) {
        return new String(call("GET", path, NOTHING, USUAL), UTF_8);
    }

    public <T> T post(String path, Object body, Class<T> type) {
        return Json.read(call("POST", path, Json.bytes(body), USUAL), type);
    }

    /** A POST without a body, for something that may take long. */
    public <T> T run(String path, Duration limit, Class<T> type) {
        return Json.read(call("POST", path, NOTHING, limit), type);
    }

    /** A POST for something that may take long. */
    public <T> T run(String path, Object body, Class<T> type) {
        return Json.read(call("POST", path, Json.bytes(body), LONG), type);
    }

    public <T> T patch(String path, Object body, Class<T> type) {
        return Json.read(call("PATCH", path, Json.bytes(body), USUAL), type);
    }

    public void delete(String path) {
        call("DELETE", path, NOTHING, USUAL);
    }

    private byte[] call(String method, String path, byte[] body, Duration limit) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: " + address.host()
                + "\r\nConnection: close\r\nAccept: application/json\r\nContent-Length: " + body.length + "\r\n");
        if (body.length > 0) {
            head.append("Content-Type: application/json\r\n");
        }
        if (!token.isEmpty()) {
            head.append("Authorization: Bearer ").append(token).append("\r\n");
        }
        HttpExchange.Response response = exchange(head.append("\r\n").toString(), body, limit);
        if (response.status() / 100 == 2) {
            return response.body();
        }
        if (response.contentType().startsWith(Problem.MEDIA_TYPE)) {
            throw Json.read(response.body(), Problem.class).toException();
        }
        throw new ApiException(
                ErrorCode.CANNOT_CONNECT,
                "the answer is not from an array",
                "status " + response.status() + " from " + address.shown(),
                "check --api or SAN_API");
    }

    private HttpExchange.Response exchange(String head, byte[] body, Duration limit) {
        CountDownLatch answered = new CountDownLatch(1);
        try (SocketChannel channel = open()) {
            Thread.ofPlatform().daemon().name("san-timeout").start(() -> closeAfter(channel, answered, limit));
            channel.connect(address.address());
            return HttpExchange.run(channel, head, body);
        } catch (ClosedChannelException late) {
            throw timeout(limit, late);
        } catch (IOException failed) {
            throw new ApiException(
                    ErrorCode.CANNOT_CONNECT,
                    "cannot reach the array at " + address.shown(),
                    String.valueOf(failed.getMessage()),
                    "check that it runs, and --api or SAN_API",
                    failed);
        } finally {
            answered.countDown();
        }
    }

    private SocketChannel open() throws IOException {
        return address.address() instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
    }

    private static void closeAfter(SocketChannel channel, CountDownLatch answered, Duration limit) {
        try {
            if (!answered.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                channel.close();
            }
        } catch (InterruptedException | IOException over) {
            // Either way the exchange has its own end.
            return;
        }
    }

    private static ApiException timeout(Duration limit, IOException late) {
        return new ApiException(
                ErrorCode.TIMEOUT,
                "no answer within " + limit.toSeconds() + " s",
                "the array is busy or hangs; the operation may still take effect",
                "look at the log of the daemon, then ask again",
                late);
    }
}
