package dev.sandstone.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Json;
import dev.sandstone.daemon.api.Problem;
import dev.sandstone.engine.meta.NoRoomException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Joins the web server to the routes: token, body limit, JSON out, every failure as a problem. */
final class Dispatcher implements Handler {
    /** Largest body of a request; the largest real one is a host with two secrets. */
    static final int MAX_BODY_BYTES = 64 * 1024;

    /** Up to here a body that is too large is read to its end; beyond it the connection is closed at once. */
    static final int MAX_DRAINED_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final byte[] NO_BODY = {};

    private final Routes routes;
    private final Optional<TokenCheck> token;

    /** @param token what a caller must show; empty: the way in is guarded otherwise */
    Dispatcher(Routes routes, Optional<TokenCheck> token) {
        this.routes = routes;
        this.token = token;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        Answer answer = answer(request);
        response.status(answer.status());
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        Object body = answer.body();
        if (body == null) {
            response.send();
        } else if (body instanceof String text) {
            response.header(HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
            response.send(text.getBytes(UTF_8));
        } else {
            boolean problem = body instanceof Problem;
            response.header(HeaderNames.CONTENT_TYPE, problem ? Problem.MEDIA_TYPE : "application/json");
            if (answer.status() == ErrorCode.TOKEN_REQUIRED.status()) {
                response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
            }
            response.send(Json.bytes(body));
        }
    }

    private Answer answer(ServerRequest request) {
        try {
            if (token.isPresent()) {
                String shown =
                        request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
                if (!token.get().permits(shown)) {
                    throw new ApiException(
                            ErrorCode.TOKEN_REQUIRED,
                            "the token is missing or wrong",
                            "over TCP every request carries the admin token as bearer token",
                            "give it by --token or SAN_TOKEN, or use the array's local socket");
                }
            }
            return routes.answer(
                    request.prologue().method().text(),
                    request.prologue().uriPath().rawPath(),
                    name -> request.query().first(name).orElse(""),
                    body(request));
        } catch (ApiException refused) {
            if (refused.code() == ErrorCode.INTERNAL) {
                log(request, refused);
            }
            return new Answer(refused.code().status(), refused.problem());
        } catch (NoRoomException full) {
            Problem problem = new ApiException(
                            ErrorCode.DISK_ROOM,
                            "the array's folder has no room",
                            String.valueOf(full.getMessage()),
                            "free space there; nothing was changed, and what takes things away still works")
                    .problem();
            return new Answer(problem.status(), problem);
        } catch (RuntimeException failed) {
            log(request, failed);
            Problem problem = new ApiException(
                            ErrorCode.INTERNAL,
                            "the request failed",
                            "an error inside the daemon",
                            "look at the log of the daemon and report it")
                    .problem();
            return new Answer(problem.status(), problem);
        }
    }

    private static void log(ServerRequest request, @Nullable Exception failure) {
        LOG.error(
                "{} {} failed",
                request.prologue().method().text(),
                request.path().path(),
                failure);
    }

    private static byte[] body(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return NO_BODY;
        }
        try (InputStream in = request.content().inputStream()) {
            byte[] body = in.readNBytes(MAX_BODY_BYTES + 1);
            if (body.length > MAX_BODY_BYTES) {
                // Who is still sending when the connection is closed would not see the answer.
                in.transferTo(OutputStream.nullOutputStream());
                throw new ApiException(
                        ErrorCode.BODY_TOO_LARGE,
                        "the body is too large",
                        "a request has at most 64 KiB",
                        "send a smaller one");
            }
            return body;
        } catch (IOException gone) {
            throw new ApiException(
                    ErrorCode.BAD_REQUEST, "the body ended early", String.valueOf(gone), "send all of it", gone);
        }
    }
}
