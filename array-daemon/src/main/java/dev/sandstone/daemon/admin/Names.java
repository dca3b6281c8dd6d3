package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.scsi.name.IscsiName;
import java.util.regex.Pattern;

/** What may be a name. */
public final class Names {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private Names() {}

    /** The name of a volume, a host or an array, unchanged. */
    public static String check(String kind, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new ApiException(
                    ErrorCode.BAD_NAME,
                    "\"" + printable(name) + "\" is no name of a " + kind,
                    "a name has 1 to 63 letters, digits, dots, dashes or underscores, and begins with a letter or digit",
                    "choose another name");
        }
        return name;
    }

    /** The initiator's name in its normal form. */
    static String initiator(String iqn) {
        return IscsiName.normalise(iqn)
                .orElseThrow(() -> new ApiException(
                        ErrorCode.BAD_NAME,
                        "\"" + printable(iqn) + "\" is no iSCSI initiator name",
                        "it must be like iqn.2026-11.org.example:host, eui.0123456789abcdef or naa.5001234567890abc",
                        "copy it from the host, on Linux from /etc/iscsi/initiatorname.iscsi"));
    }

    static String printable(String text) {
        String shown = text.length() <= 80 ? text : text.substring(0, 80) + "...";
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
