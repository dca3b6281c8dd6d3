package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.TextRequest;
import dev.sandstone.iscsi.pdu.TextResponse;
import dev.sandstone.iscsi.text.TextAssembler;
import dev.sandstone.iscsi.text.TextException;
import dev.sandstone.iscsi.text.TextFormat;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Text requests in full feature phase (RFC 7143 11.10, 11.11). A request may come in several PDUs (C bit), and so may the
 * answer: each next piece is asked for by an empty request with the tag of the last answer.
 */
final class TextExchange {
    private static final Logger LOG = LoggerFactory.getLogger(TextExchange.class);
    private static final byte[] NOTHING = new byte[0];

    private final Connection connection;
    private final TextAnswers answers;
    private @Nullable TextAssembler assembler;
    private byte[] answer = NOTHING;
    private int sent;
    private int tag = Bhs.RESERVED_TAG;
    private int lastTag;
    private boolean expected;

    TextExchange(Connection connection) {
        this.connection = connection;
        answers = new TextAnswers(connection);
    }

    /** The initiator was asked for a request. */
    void expect() {
        expected = true;
    }

    /** Whether it was asked and has not sent one since. */
    boolean expected() {
        return expected;
    }

    void request(Bhs bhs, ByteBuf data) {
        expected = false;
        TextRequest request = new TextRequest(bhs.copy());
        ByteBuf text = data.retain();
        connection.inTurn(
                request,
                new SimpleTurn(
                        connection,
                        !request.immediate(),
                        () -> {
                            try {
                                perform(request, text);
                            } finally {
                                text.release();
                            }
                        },
                        text::release));
    }

    /** Forgets the exchange. */
    void release() {
        assembler = null;
        answer = NOTHING;
        sent = 0;
        tag = Bhs.RESERVED_TAG;
    }

    private void perform(TextRequest request, ByteBuf text) {
        int given = request.targetTransferTag();
        if (request.initiatorTaskTag() == Bhs.RESERVED_TAG || (given != Bhs.RESERVED_TAG && given != tag)) {
            connection.reject(RejectReason.INVALID_PDU_FIELD, request);
            return;
        }
        if (request.isFinal() && request.continues()) {
            fail(request, "F and C bit together");
            return;
        }
        if (given == Bhs.RESERVED_TAG) {
            release();
        } else if (sent < answer.length) {
            goOn(request, text);
            return;
        }
        try {
            TextAssembler collecting = assembler;
            if (collecting == null) {
                collecting = new TextAssembler();
                assembler = collecting;
            }
            if (!collecting.add(text, request.continues())) {
                respond(request, NOTHING, 0, false);
                return;
            }
            answer = TextFormat.format(answers.to(collecting.take()));
            assembler = null;
            sent = 0;
            sendPiece(request);
        } catch (TextException e) {
            fail(request, e.getMessage());
        }
    }

    private void goOn(TextRequest request, ByteBuf text) {
        if (text.isReadable() || request.continues()) {
            fail(request, "new keys while the answer is not read up");
        } else {
            sendPiece(request);
        }
    }

    private void sendPiece(TextRequest request) {
        int length = Math.min(answer.length - sent, connection.maxSendSegment());
        boolean more = sent + length < answer.length;
        int from = sent;
        sent += length;
        respond(request, answer, from, more);
    }

    private void respond(TextRequest request, byte[] text, int from, boolean more) {
        boolean last = !more && request.isFinal();
        int length = text.length == 0 ? 0 : sent - from;
        TextResponse response = new TextResponse();
        response.initiatorTaskTag(request.initiatorTaskTag());
        response.isFinal(last);
        response.continues(more);
        tag = last ? Bhs.RESERVED_TAG : nextTag();
        response.targetTransferTag(tag);
        ByteBuf data = null;
        if (length > 0) {
            data = connection.channel().alloc().directBuffer(length, length);
            data.writeBytes(text, from, length);
        }
        if (last) {
            release();
        }
        connection.sendStatus(response, data);
    }

    private int nextTag() {
        lastTag = lastTag + 1 == Bhs.RESERVED_TAG ? 0 : lastTag + 1;
        return lastTag;
    }

    private void fail(TextRequest request, @Nullable String why) {
        LOG.debug("text request of {} is rejected: {}", connection, why);
        release();
        connection.reject(RejectReason.PROTOCOL_ERROR, request);
    }
}
