package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Pools;

/** Has a pool checked and waits for the end, however long that takes. */
public final class PoolChecker {
    static final String PATH = "/api/v1/pool/check";

    private PoolChecker() {}

    /**
     * Joins a check that is under way.
     *
     * @return what it found
     * @throws ApiException INTERNAL when the check could not be done, and what {@link ApiClient} throws
     */
    public static Pools.Check run(ApiClient client) {
        Pools.Check check = start(client);
        while (check.state().equals("running")) {
            ClientCommand.rest();
            check = client.get(PATH, Pools.Check.class);
        }
        if (check.state().equals("idle")) {
            throw failed("the array was started anew meanwhile");
        }
        return ended(check);
    }

    static Pools.Check start(ApiClient client) {
        return client.run(PATH, ApiClient.USUAL, Pools.Check.class);
    }

    static Pools.Check ended(Pools.Check check) {
        if (check.cause() != null) {
            throw failed(check.cause());
        }
        return check;
    }

    private static ApiException failed(String cause) {
        return new ApiException(
                ErrorCode.INTERNAL, "the check was not done", cause, "look at the log of the daemon, then check again");
    }
}
