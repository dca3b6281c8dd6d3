package dev.sandstone.daemon.http;

import dev.sandstone.daemon.api.Json;
import java.util.function.UnaryOperator;

/**
 * A request, as an endpoint sees it.
 *
 * @param parameter the value of a parameter of the path, decoded
 * @param body empty when there is none
 */
record Call(UnaryOperator<String> parameter, byte[] body) {

    String path(String name) {
        return parameter.apply(name);
    }

    <T> T body(Class<T> type) {
        return Json.read(body, type);
    }
}
