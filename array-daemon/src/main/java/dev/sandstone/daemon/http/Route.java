package dev.sandstone.daemon.http;

/**
 * One operation of the interface.
 *
 * @param method GET, POST, PATCH or DELETE
 * @param path with parameters in braces, as in openapi.yaml
 */
record Route(String method, String path, Endpoint endpoint) {

    /** What answers a call. May block; throws {@link dev.sandstone.daemon.api.ApiException} for every refusal. */
    @FunctionalInterface
    interface Endpoint {
        Answer answer(Call call);
    }
}
