package dev.sandstone.daemon.http;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Json;
import java.util.function.UnaryOperator;

/**
 * A request, as an endpoint sees it.
 *
 * @param parameter the value of a parameter of the path, decoded
 * @param question the value of a parameter of the query, decoded; empty when it is absent
 * @param body empty when there is none
 */
record Call(UnaryOperator<String> parameter, UnaryOperator<String> question, byte[] body) {

    String path(String name) {
        return parameter.apply(name);
    }

    /** Empty when it is absent. */
    String query(String name) {
        return question.apply(name);
    }

    String required(String name) {
        String value = query(name);
        if (value.isEmpty()) {
            throw bad(name, "it is missing");
        }
        return value;
    }

    long number(String name, long otherwise) {
        String value = query(name);
        try {
            return value.isEmpty() ? otherwise : Long.parseLong(value);
        } catch (NumberFormatException bad) {
            throw bad(name, "it is no number");
        }
    }

    boolean flag(String name) {
        return switch (query(name)) {
            case "true" -> true;
            case "", "false" -> false;
            default -> throw bad(name, "it is neither true nor false");
        };
    }

    private static ApiException bad(String name, String why) {
        return new ApiException(
                ErrorCode.BAD_REQUEST,
                "the parameter " + name + " of the query cannot be used",
                why,
                "see this operation in openapi.yaml");
    }

    <T> T body(Class<T> type) {
        return Json.read(body, type);
    }
}
