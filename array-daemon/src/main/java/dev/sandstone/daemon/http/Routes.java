package dev.sandstone.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.PathSegment;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Finds the operation for a method and a path. */
final class Routes {
    private final List<Route> routes;

    Routes(List<Route> routes) {
        this.routes = routes;
    }

    /**
     * The operation, with its path parameters bound.
     *
     * @param rawPath as it was sent. It is split before it is decoded (RFC 3986 2.4), else a name with an encoded slash in
     *     it would reach another resource.
     * @throws ApiException NO_SUCH_RESOURCE or METHOD_NOT_ALLOWED
     */
    Answer answer(String method, String rawPath, UnaryOperator<String> query, byte[] body) {
        String[] path = decoded(rawPath.split("/", -1));
        List<String> allowed = new ArrayList<>();
        for (Route route : routes) {
            Map<String, String> parameters = new HashMap<>();
            if (!matches(route.path().split("/", -1), path, parameters)) {
                continue;
            }
            if (route.method().equals(method)) {
                return route.endpoint().answer(new Call(name -> parameters.getOrDefault(name, ""), query, body));
            }
            allowed.add(route.method());
        }
        if (allowed.isEmpty()) {
            throw new ApiException(
                    ErrorCode.NO_SUCH_RESOURCE,
                    "nothing is here",
                    "the interface has no such path",
                    "see openapi.yaml; paths begin with /api/v1/");
        }
        throw new ApiException(
                ErrorCode.METHOD_NOT_ALLOWED,
                "this path does not take that method",
                "it takes " + String.join(", ", allowed),
                "use one of these methods");
    }

    private static String[] decoded(String[] segments) {
        String[] decoded = new String[segments.length];
        for (int i = 0; i < segments.length; i++) {
            try {
                // The decoder is one for forms, in which a plus sign is a blank.
                decoded[i] = URLDecoder.decode(segments[i].replace("+", "%2B"), UTF_8);
            } catch (IllegalArgumentException bad) {
                throw new ApiException(
                        ErrorCode.BAD_REQUEST,
                        "the path cannot be read",
                        "a percent sign in it is not followed by two hexadecimal digits",
                        "encode each part of the path by itself, as RFC 3986 2.1 says",
                        bad);
            }
        }
        return decoded;
    }

    private static boolean matches(String[] pattern, String[] path, Map<String, String> parameters) {
        if (pattern.length != path.length) {
            return false;
        }
        for (int i = 0; i < path.length; i++) {
            if (pattern[i].startsWith("{") && PathSegment.canBe(path[i])) {
                parameters.put(pattern[i].substring(1, pattern[i].length() - 1), path[i]);
            } else if (!pattern[i].equals(path[i])) {
                return false;
            }
        }
        return true;
    }
}
