package dev.sandstone.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Json;
import dev.sandstone.daemon.api.Problem;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A name in a path is one segment of it: it never reaches another resource. */
class PathNamesTest {
    private static final String TOKEN = TokenCheck.newToken();
    private static final Pattern PARAMETER = Pattern.compile("\\{[a-z]+}");
    private static final List<String> NO_NAMES = List.of(
            "", ".", "..", "%2e", "%2E%2E", ".%2e", "%2F", "v%2fsnapshots%2fnow", "..%2F..%2Fpool", "v%2F", "%2Fv");

    private final Api api = TestApi.create();
    private final HttpClient client = HttpClient.newHttpClient();
    private ApiServer server;

    @BeforeEach
    void start() throws Exception {
        server = ApiServer.start(
                api, TokenCheck.ofToken(TOKEN), Optional.of(new HostPort("127.0.0.1", 0)), Optional.empty());
        assertThat(call("POST", "/api/v1/volumes", "{\"name\":\"v\",\"size_bytes\":1048576}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(call("POST", "/api/v1/volumes/v/snapshots", "{\"name\":\"now\"}")
                        .statusCode())
                .isEqualTo(201);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<byte[]> call(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Authorization", "Bearer " + TOKEN)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofByteArray());
    }

    private String code(HttpResponse<byte[]> response) {
        return Json.read(response.body(), Problem.class).code();
    }

    @Test
    void noParameterOfAnyRouteTakesAnotherPath() throws Exception {
        int seen = 0;
        for (Route route : api.routes()) {
            for (MatchResult parameter :
                    PARAMETER.matcher(route.path()).results().toList()) {
                for (String name : NO_NAMES) {
                    String path = (route.path().substring(0, parameter.start())
                                    + name
                                    + route.path().substring(parameter.end()))
                            .replaceAll(PARAMETER.pattern(), "v");
                    assertThat(code(call(route.method(), path, "")))
                            .as(route.method() + " " + path)
                            .isEqualTo(ErrorCode.NO_SUCH_RESOURCE.wire());
                    seen++;
                }
            }
        }
        assertThat(seen).isGreaterThan(40 * NO_NAMES.size());
        assertThat(call("GET", "/api/v1/volumes/v/snapshots/now", "").statusCode())
                .as("nothing was deleted")
                .isEqualTo(200);
    }

    @Test
    void namesAreDecodedOnce() throws Exception {
        assertThat(call("GET", "/api/v1/volumes/%76/sn%61pshots/n%6Fw", "").statusCode())
                .isEqualTo(200);
        for (String name : List.of("v%252Fsnapshots%252Fnow", "v;x", "v+", "%00", "%C3", "v%20")) {
            assertThat(code(call("GET", "/api/v1/volumes/" + name, "")))
                    .as(name)
                    .isEqualTo(ErrorCode.VOLUME_NOT_FOUND.wire());
        }
    }
}
