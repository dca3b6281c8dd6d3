package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.engine.volume.WritePolicy;
import org.jspecify.annotations.Nullable;

/** The write policies by the names people use. */
final class WritePolicies {
    private static final String DURABLE = "durable";
    private static final String WRITE_BACK = "write-back";

    private WritePolicies() {}

    static String name(WritePolicy policy) {
        return policy == WritePolicy.WRITE_BACK ? WRITE_BACK : DURABLE;
    }

    static WritePolicy parse(@Nullable String name) {
        if (name == null || name.equals(DURABLE)) {
            return WritePolicy.DURABLE;
        }
        if (name.equals(WRITE_BACK)) {
            return WritePolicy.WRITE_BACK;
        }
        throw new ApiException(
                ErrorCode.BAD_VALUE,
                "no write policy of that name",
                "it must be durable or write-back",
                "say --write-policy durable or --write-policy write-back");
    }
}
