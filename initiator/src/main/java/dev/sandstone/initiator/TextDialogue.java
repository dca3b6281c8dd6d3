package dev.sandstone.initiator;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.TextRequest;
import dev.sandstone.iscsi.pdu.TextResponse;
import dev.sandstone.iscsi.text.TextException;
import dev.sandstone.iscsi.text.TextFormat;
import dev.sandstone.iscsi.text.TextPair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One text exchange in the full feature phase: a question, and an answer that may come in parts (RFC 7143 11.10, 11.11). */
final class TextDialogue {
    private static final int MAX_PARTS = 4096;
    private static final byte[] NOTHING = new byte[0];

    private final SessionEngine engine;
    private final int timeoutMs;

    TextDialogue(SessionEngine engine, int timeoutMs) {
        this.engine = engine;
        this.timeoutMs = timeoutMs;
    }

    List<TextPair> ask(List<TextPair> question) throws IOException, TextException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        byte[] data = TextFormat.format(question);
        int transferTag = Bhs.RESERVED_TAG;
        for (int parts = 0; parts < MAX_PARTS; parts++) {
            TextRequest request = new TextRequest();
            request.targetTransferTag(transferTag);
            ReceivedPdu answer = Waiting.until(
                    engine.request(request, data, Opcode.TEXT_RESPONSE).done(), timeoutMs);
            TextResponse response = new TextResponse(answer.bhs());
            text.writeBytes(answer.data());
            if (response.isFinal()) {
                return split(text.toByteArray());
            }
            transferTag = response.targetTransferTag();
            data = NOTHING;
        }
        throw new TargetProtocolException("a text answer of more than " + MAX_PARTS + " parts");
    }

    /** A list of targets may be longer than an exchange of a login may be, so it is read pair by pair. */
    private static List<TextPair> split(byte[] text) throws TextException {
        ArrayList<TextPair> pairs = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == 0) {
                pairs.addAll(TextFormat.parse(Arrays.copyOfRange(text, start, i + 1)));
                start = i + 1;
            }
        }
        if (start != text.length) {
            throw new TextException("the last key=value does not end with NUL");
        }
        return pairs;
    }
}
