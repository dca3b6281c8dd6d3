package dev.sandstone.daemon.api;

import dev.sandstone.config.ByteSize;

/** Sizes as a person gives and reads them. */
public final class Sizes {
    private Sizes() {}

    /**
     * @throws ApiException BAD_SIZE when the text is no size
     */
    public static long parse(String text) {
        try {
            return ByteSize.parse(text);
        } catch (IllegalArgumentException bad) {
            String message = bad.getMessage();
            throw new ApiException(
                    ErrorCode.BAD_SIZE,
                    message == null ? "not a size" : message,
                    "a size is a number of bytes, maybe with a unit",
                    "write for example 10G, 512M or 1073741824",
                    bad);
        }
    }

    public static String format(long bytes) {
        return ByteSize.format(bytes);
    }
}
