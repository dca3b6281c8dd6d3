package dev.sandstone.iscsi.text;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;

/** The forms a value can have (RFC 7143 6.1): boolean, number, list, binary; and the three words that answer instead. */
public final class TextValue {
    public static final String YES = "Yes";
    public static final String NO = "No";
    public static final String NONE = "None";
    /** The answer to a value that cannot be accepted: the key keeps the value it had (RFC 7143 6.2). */
    public static final String REJECT = "Reject";
    /** The answer to a key that has no meaning in this session. */
    public static final String IRRELEVANT = "Irrelevant";
    /** The answer to a key that is not known. */
    public static final String NOT_UNDERSTOOD = "NotUnderstood";

    private static final int HEX = 16;
    private static final int DECIMAL = 10;

    private TextValue() {}

    /** 1 for Yes, 0 for No, else empty. */
    public static OptionalLong bool(String value) {
        return switch (value) {
            case YES -> OptionalLong.of(1);
            case NO -> OptionalLong.of(0);
            default -> OptionalLong.empty();
        };
    }

    /**
     * A decimal constant without leading zero or a hexadecimal one (0x, 0X), of at most 64 bits without sign; else empty.
     * A value above {@link Long#MAX_VALUE} is empty too: no key takes it.
     */
    public static OptionalLong number(String value) {
        boolean hex = value.startsWith("0x") || value.startsWith("0X");
        String digits = hex ? value.substring(2) : value;
        if (digits.isEmpty() || (!hex && digits.length() > 1 && digits.charAt(0) == '0')) {
            return OptionalLong.empty();
        }
        int radix = hex ? HEX : DECIMAL;
        long number = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, radix) : -1;
            if (digit < 0 || number > (Long.MAX_VALUE - digit) / radix) {
                return OptionalLong.empty();
            }
            number = number * radix + digit;
        }
        return OptionalLong.of(number);
    }

    /** The parts between commas; empty parts stay. */
    public static List<String> list(String value) {
        return Arrays.asList(value.split(",", -1));
    }

    /**
     * A binary value: {@code 0x} and hexadecimal digits, an odd count meaning a leading half byte, or {@code 0b} and
     * base64 (RFC 7143 6.1).
     *
     * @param maxBytes most bytes it may decode to
     * @throws TextException neither form, or longer
     */
    public static byte[] binary(String value, int maxBytes) throws TextException {
        byte[] bytes;
        if (value.startsWith("0x") || value.startsWith("0X")) {
            bytes = hexDigits(value.substring(2), maxBytes);
        } else if (value.startsWith("0b") || value.startsWith("0B")) {
            bytes = base64(value.substring(2), maxBytes);
        } else {
            throw new TextException("a binary value starts with 0x or 0b");
        }
        if (bytes.length == 0 || bytes.length > maxBytes) {
            throw new TextException("a binary value of " + bytes.length + " bytes, 1 to " + maxBytes + " go");
        }
        return bytes;
    }

    /** The hexadecimal form of a binary value. */
    public static String hex(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    private static byte[] hexDigits(String digits, int maxBytes) throws TextException {
        if (digits.length() > 2 * maxBytes) {
            throw new TextException("a binary value of more than " + maxBytes + " bytes");
        }
        try {
            return HexFormat.of().parseHex(digits.length() % 2 == 0 ? digits : "0" + digits);
        } catch (IllegalArgumentException e) {
            throw new TextException("a binary value with wrong hexadecimal digits");
        }
    }

    private static byte[] base64(String digits, int maxBytes) throws TextException {
        if (digits.length() > (maxBytes + 2) / 3 * 4) {
            throw new TextException("a binary value of more than " + maxBytes + " bytes");
        }
        try {
            return Base64.getDecoder().decode(digits);
        } catch (IllegalArgumentException e) {
            throw new TextException("a binary value with wrong base64 digits");
        }
    }
}
