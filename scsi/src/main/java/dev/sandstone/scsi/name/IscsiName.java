package dev.sandstone.scsi.name;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * iSCSI node names (RFC 7143 4.2.7, RFC 3722): {@code iqn.}, {@code eui.} and {@code naa.} names, at most 223 bytes, in
 * the one form by which they are compared.
 */
public final class IscsiName {
    /** Longest name in bytes of UTF-8. */
    public static final int MAX_BYTES = 223;

    private static final Pattern IQN = Pattern.compile("iqn\\.[0-9]{4}-(0[1-9]|1[0-2])\\.[^:.]([^:]*[^:.])?(:.+)?");
    private static final Pattern EUI = Pattern.compile("eui\\.[0-9a-f]{16}");
    private static final Pattern NAA = Pattern.compile("naa\\.([0-9a-f]{16}|[0-9a-f]{32})");

    private IscsiName() {}

    /**
     * The name in compatibility composition (NFKC) and lower case.
     *
     * @return empty when it is not a valid name
     */
    public static Optional<String> normalise(String name) {
        if (name.length() > MAX_BYTES) {
            return Optional.empty();
        }
        String normal = Normalizer.normalize(
                Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
        if (normal.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES
                || !normal.codePoints().allMatch(IscsiName::isAllowed)) {
            return Optional.empty();
        }
        boolean valid = IQN.matcher(normal).matches()
                || EUI.matcher(normal).matches()
                || NAA.matcher(normal).matches();
        return valid ? Optional.of(normal) : Optional.empty();
    }

    /** RFC 3722 6, and the underscore, which computer names of Windows carry into their initiator's name. */
    private static boolean isAllowed(int c) {
        if (c < 0x80) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':' || c == '_';
        }
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c)
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }
}
