package dev.sandstone.daemon.http;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
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
     * @throws ApiException NO_SUCH_RESOURCE or METHOD_NOT_ALLOWED
     */
    Answer answer(String method, String path, UnaryOperator<String> query, byte[] body) {
        List<String> allowed = new ArrayList<>();
        for (Route route : routes) {
            Map<String, String> parameters = new HashMap<>();
            if (!matches(route.path().split("/", -1), path.split("/", -1), parameters)) {
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

    private static boolean matches(String[] pattern, String[] path, Map<String, String> parameters) {
        if (pattern.length != path.length) {
            return false;
        }
        for (int i = 0; i < path.length; i++) {
            if (pattern[i].startsWith("{")) {
                parameters.put(pattern[i].substring(1, pattern[i].length() - 1), path[i]);
            } else if (!pattern[i].equals(path[i])) {
                return false;
            }
        }
        return true;
    }
}
