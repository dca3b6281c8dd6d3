package dev.sandstone.daemon.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Json;
import dev.sandstone.daemon.api.Problem;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.cli.ApiClient;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiServerTest {
    private static final String TOKEN = TokenCheck.newToken();

    @TempDir
    Path dir;

    private final HttpClient client = HttpClient.newHttpClient();
    private ApiServer server;

    @BeforeEach
    void start() {
        server = ApiServer.start(
                TestApi.create(),
                TokenCheck.ofToken(TOKEN),
                Optional.of(new HostPort("127.0.0.1", 0)),
                Optional.of(dir.resolve("api.sock")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<byte[]> call(String method, String path, String body) throws Exception {
        return call(method, path, body, "Bearer " + TOKEN);
    }

    private HttpResponse<byte[]> call(String method, String path, String body, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static void problem(HttpResponse<byte[]> response, ErrorCode code) {
        assertThat(response.headers().firstValue("content-type")).contains(Problem.MEDIA_TYPE);
        Problem problem = Json.read(response.body(), Problem.class);
        assertThat(problem.code()).isEqualTo(code.wire());
        assertThat(response.statusCode()).isEqualTo(code.status()).isEqualTo(problem.status());
        assertThat(problem.fix()).isNotBlank();
    }

    @Test
    void createIsRepeatable() throws Exception {
        String body = "{\"name\":\"db\",\"size_bytes\":1048576}";
        HttpResponse<byte[]> first = call("POST", "/api/v1/volumes", body);
        assertThat(first.statusCode()).isEqualTo(201);
        Volumes.View view = Json.read(first.body(), Volumes.View.class);
        assertThat(view.name()).isEqualTo("db");
        HttpResponse<byte[]> again = call("POST", "/api/v1/volumes", body);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        problem(call("POST", "/api/v1/volumes", "{\"name\":\"db\",\"size_bytes\":4096}"), ErrorCode.VOLUME_EXISTS);
        assertThat(call("DELETE", "/api/v1/volumes/db", "").statusCode()).isEqualTo(204);
        problem(call("GET", "/api/v1/volumes/db", ""), ErrorCode.VOLUME_NOT_FOUND);
    }

    @Test
    void withoutTheTokenNothingIsToldOverTcp() throws Exception {
        for (String path : new String[] {"/api/v1/volumes", "/metrics", "/", "/api/v1/none"}) {
            problem(call("GET", path, "", ""), ErrorCode.TOKEN_REQUIRED);
        }
        problem(call("GET", "/api/v1/volumes", "", "Bearer " + TOKEN + "x"), ErrorCode.TOKEN_REQUIRED);
        problem(call("GET", "/api/v1/volumes", "", "Basic " + TOKEN), ErrorCode.TOKEN_REQUIRED);
        assertThat(call("GET", "/api/v1/volumes", "", "bearer " + TOKEN).statusCode())
                .as("RFC 9110 11.1: the scheme's case does not matter")
                .isEqualTo(200);
    }

    @Test
    void theSocketIsTheOwnersAndNeedsNoToken() throws Exception {
        Path socket = dir.resolve("api.sock");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        assertThat(ApiClient.of("unix:" + socket, "")
                        .get("/api/v1/volumes", Volumes.Page.class)
                        .items())
                .isEmpty();
        server.close();
        assertThat(socket).doesNotExist();
    }

    @Test
    void badBodiesAreTold() throws Exception {
        for (String body : new String[] {
            "",
            "{",
            "[]",
            "null",
            "\"x\"",
            "{\"name\":\"x\",\"size_bytes\":\"big\"}",
            "{\"name\":\"x\",\"size_bytes\":4096,\"sise\":1}",
            "{\"name\":\"x\",\"size_bytes\":4096} x",
            "{\"name\":\"x\",\"size_bytes\":1e99}",
            "[".repeat(2000)
        }) {
            problem(call("POST", "/api/v1/volumes", body), ErrorCode.BAD_JSON);
        }
        problem(call("POST", "/api/v1/volumes", "{\"size_bytes\":4096}"), ErrorCode.BAD_JSON);
        problem(call("POST", "/api/v1/volumes", "{\"name\":\"x\"}"), ErrorCode.BAD_SIZE);
        problem(call("POST", "/api/v1/volumes", " ".repeat(65 * 1024)), ErrorCode.BODY_TOO_LARGE);
        problem(call("POST", "/api/v1/volumes", " ".repeat(300 * 1024)), ErrorCode.BODY_TOO_LARGE);
    }

    @Test
    void unknownPathsAndMethodsAreTold() throws Exception {
        problem(call("GET", "/api/v1/none", ""), ErrorCode.NO_SUCH_RESOURCE);
        problem(call("GET", "/api/v1/volumes/a/b/c", ""), ErrorCode.NO_SUCH_RESOURCE);
        problem(call("PUT", "/api/v1/volumes/a", "{}"), ErrorCode.METHOD_NOT_ALLOWED);
        problem(call("DELETE", "/api/v1/volumes", ""), ErrorCode.METHOD_NOT_ALLOWED);
        problem(call("GET", "/api/v1/volumes/..%2f..%2fetc", ""), ErrorCode.NO_SUCH_RESOURCE);
    }

    @Test
    void aRequestThatIsNoHttpCostsOnlyItsConnection() throws Exception {
        URI uri = URI.create(server.url());
        for (String request : new String[] {
            "\0\0\0\0\r\n\r\n",
            "GET\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
            "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA: " + "b".repeat(40_000) + "\r\n\r\n"
        }) {
            try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
                socket.getOutputStream().write(request.getBytes(US_ASCII));
                socket.shutdownOutput();
                String answer = new String(answer(socket), US_ASCII);
                assertThat(answer)
                        .satisfiesAnyOf(
                                text -> assertThat(text).isEmpty(),
                                text -> assertThat(text).startsWith("HTTP/1.1 4"));
            }
        }
        assertThat(call("GET", "/api/v1/array", "").statusCode()).isEqualTo(200);
    }

    private static byte[] answer(Socket socket) {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (IOException reset) {
            return new byte[0];
        }
    }

    @Test
    void onlyLoopbackIsListenedOn() {
        for (String host : new String[] {"0.0.0.0", "192.0.2.1", "::"}) {
            assertThatThrownBy(() -> ApiServer.start(
                            TestApi.create(),
                            TokenCheck.ofToken(TOKEN),
                            Optional.of(new HostPort(host, 0)),
                            Optional.empty()))
                    .isInstanceOfSatisfying(
                            ApiException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NOT_PERMITTED));
        }
    }

    @Test
    void aPortInUseIsTold() {
        HostPort taken = HostPort.parse(server.url().substring("http://".length()));
        assertThatThrownBy(() -> ApiServer.start(
                        TestApi.create(), TokenCheck.ofToken(TOKEN), Optional.of(taken), Optional.empty()))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PORT_IN_USE));
    }

    @Test
    void aTokenIsKeptAsItsHashOnly() {
        TokenCheck check = TokenCheck.ofToken(TOKEN);
        assertThat(check.hex()).hasSize(64).doesNotContain(TOKEN);
        assertThat(TokenCheck.ofHex(check.hex()).permits("Bearer " + TOKEN)).isTrue();
        assertThat(TokenCheck.newToken()).isNotEqualTo(TOKEN).hasSizeGreaterThan(40);
        assertThatThrownBy(() -> TokenCheck.ofHex("00")).isInstanceOf(IllegalArgumentException.class);
    }
}
