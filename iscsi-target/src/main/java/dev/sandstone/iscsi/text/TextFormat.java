package dev.sandstone.iscsi.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The text of a login or text exchange (RFC 7143 6.1):
 *
 * <pre>
 *   text  = *( pair NUL )
 *   pair  = key "=" value          ; UTF-8
 *   key   = 1*63( letter / digit / "." / "-" / "+" / "@" / "_" / "#" )
 *   value = up to 255 bytes, up to 8192 for lists and large binary values
 * </pre>
 */
public final class TextFormat {
    /** Longest key name in bytes (RFC 7143 6.1). */
    public static final int MAX_KEY_BYTES = 63;
    /** Longest simple value in bytes (RFC 7143 6.1). */
    public static final int MAX_VALUE_BYTES = 255;
    /** Longest value of a key that takes a list or a large binary value, in bytes. */
    public static final int MAX_LONG_VALUE_BYTES = 8192;
    /** Most pairs an exchange may have. */
    public static final int MAX_PAIRS = 64;
    /** Most bytes an exchange may have, continuations included. */
    public static final int MAX_EXCHANGE_BYTES = 16 * 1024;

    private static final int SHOWN_KEY_CHARACTERS = 20;

    private TextFormat() {}

    /**
     * Reads a whole text. Empty strings between NULs are skipped; keys are kept in order and may repeat: whether they may
     * is the rule of the key.
     *
     * @throws TextException a limit or the grammar is broken
     */
    public static List<TextPair> parse(byte[] text) throws TextException {
        if (text.length > MAX_EXCHANGE_BYTES) {
            throw new TextException("text of " + text.length + " bytes");
        }
        List<TextPair> pairs = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] != 0) {
                continue;
            }
            if (i > start) {
                if (pairs.size() == MAX_PAIRS) {
                    throw new TextException("more than " + MAX_PAIRS + " keys");
                }
                pairs.add(pair(text, start, i));
            }
            start = i + 1;
        }
        if (start != text.length) {
            throw new TextException("the last key=value does not end with NUL");
        }
        return pairs;
    }

    /** The bytes of a text. The caller's own pairs are trusted: no limits are applied. */
    public static byte[] format(List<TextPair> pairs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (TextPair pair : pairs) {
            out.writeBytes(pair.key().getBytes(StandardCharsets.UTF_8));
            out.write('=');
            out.writeBytes(pair.value().getBytes(StandardCharsets.UTF_8));
            out.write(0);
        }
        return out.toByteArray();
    }

    private static TextPair pair(byte[] text, int start, int end) throws TextException {
        int equals = start;
        while (equals < end && text[equals] != '=') {
            equals++;
        }
        if (equals == end) {
            throw new TextException("a key without '='");
        }
        String name = key(text, start, equals);
        Key known = Key.of(name);
        int limit = known == null ? MAX_LONG_VALUE_BYTES : known.maxValueBytes();
        int length = end - equals - 1;
        if (length > limit) {
            throw new TextException(
                    "the value of " + shown(name) + " has " + length + " bytes, at most " + limit + " go");
        }
        return new TextPair(name, value(name, text, equals + 1, length));
    }

    private static String key(byte[] text, int start, int end) throws TextException {
        int length = end - start;
        if (length == 0 || length > MAX_KEY_BYTES) {
            throw new TextException("a key name of " + length + " bytes");
        }
        for (int i = start; i < end; i++) {
            if (!isKeyCharacter(text[i])) {
                throw new TextException("a key name with byte 0x" + Integer.toHexString(text[i] & 0xff));
            }
        }
        return new String(text, start, length, StandardCharsets.US_ASCII);
    }

    private static boolean isKeyCharacter(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '.'
                || b == '-'
                || b == '+'
                || b == '@'
                || b == '_'
                || b == '#';
    }

    private static String value(String name, byte[] text, int start, int length) throws TextException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(text, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new TextException("the value of " + shown(name) + " is not UTF-8");
        }
    }

    private static String shown(String name) {
        return name.length() <= SHOWN_KEY_CHARACTERS ? name : name.substring(0, SHOWN_KEY_CHARACTERS) + "...";
    }
}
