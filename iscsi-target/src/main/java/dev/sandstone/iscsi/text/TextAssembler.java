package dev.sandstone.iscsi.text;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;

/**
 * Joins the data segments of one text that goes on over several PDUs by the C bit (RFC 7143 6.2, 11.10.2). Pairs may be
 * cut anywhere. Holds at most {@link TextFormat#MAX_EXCHANGE_BYTES}.
 */
public final class TextAssembler {
    /** Most PDUs with the C bit in one text, empty ones counted. */
    public static final int MAX_CONTINUATIONS = 8;

    private static final byte[] NOTHING = new byte[0];

    private byte[] text = NOTHING;
    private int continuations;

    /**
     * Adds a data segment.
     *
     * @param data its readable bytes are read up
     * @param continues the C bit
     * @return whether the text is complete: {@link #take} it
     */
    public boolean add(ByteBuf data, boolean continues) throws TextException {
        int count = data.readableBytes();
        if (count > TextFormat.MAX_EXCHANGE_BYTES - text.length) {
            throw new TextException("text of more than " + TextFormat.MAX_EXCHANGE_BYTES + " bytes");
        }
        if (count > 0) {
            int before = text.length;
            text = Arrays.copyOf(text, before + count);
            data.readBytes(text, before, count);
        }
        if (!continues) {
            return true;
        }
        continuations++;
        if (continuations > MAX_CONTINUATIONS) {
            throw new TextException("more than " + MAX_CONTINUATIONS + " PDUs with the C bit");
        }
        return false;
    }

    /** The pairs of the complete text; the assembler is empty again. */
    public List<TextPair> take() throws TextException {
        byte[] whole = text;
        text = NOTHING;
        continuations = 0;
        return TextFormat.parse(whole);
    }
}
