package dev.sandstone.daemon.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/** A name or an id as one segment of the path of a resource. */
public final class PathSegment {
    private PathSegment() {}

    /** Whether something can have this name: what has slashes, is empty, or stands for another segment is another path. */
    public static boolean canBe(String name) {
        return !name.isEmpty() && !name.equals(".") && !name.equals("..") && name.indexOf('/') < 0;
    }

    /**
     * The name, encoded.
     *
     * @throws ApiException BAD_NAME
     */
    public static String of(String name) {
        if (!canBe(name)) {
            throw new ApiException(
                    ErrorCode.BAD_NAME,
                    "\"" + name.replaceAll("\\p{Cntrl}", "?") + "\" is no name",
                    "no name is empty, a dot or two, or has slashes",
                    "check the name; the list commands show those that there are");
        }
        return encoded(name);
    }

    /** Any text, so that it can stand as a value in a path or a query. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
