package dev.sandstone.initiator;

import dev.sandstone.iscsi.pdu.LoginRequest;
import dev.sandstone.iscsi.pdu.LoginResponse;
import dev.sandstone.iscsi.pdu.LoginStatus;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.text.Key;
import dev.sandstone.iscsi.text.OperationalParameters;
import dev.sandstone.iscsi.text.OperationalValues;
import dev.sandstone.iscsi.text.Rule;
import dev.sandstone.iscsi.text.TextException;
import dev.sandstone.iscsi.text.TextFormat;
import dev.sandstone.iscsi.text.TextPair;
import dev.sandstone.iscsi.text.TextValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Walks a connection through the login (RFC 7143 6.3), initiator's side. */
final class LoginClient {
    private static final int SECURITY = 0;
    private static final int OPERATIONAL = 1;
    private static final int FULL_FEATURE = 3;
    private static final int FIRST_CMD_SN = 1;
    private static final int TASK_TAG = 0x10;
    private static final String CHAP = "CHAP";

    private final IscsiConnection connection;
    private final SessionOptions options;
    private final LoginRequest request = new LoginRequest();
    private final OperationalValues values = new OperationalValues();
    private LoginResponse last = new LoginResponse();
    private boolean first = true;

    LoginClient(IscsiConnection connection, SessionOptions options) {
        this.connection = connection;
        this.options = options;
        request.immediate(true);
        request.isid(options.isid());
        request.initiatorTaskTag(TASK_TAG);
        request.cmdSn(FIRST_CMD_SN);
    }

    LoginResult login() throws IOException {
        if (options.chap().isPresent()) {
            authenticate();
        } else {
            List<TextPair> names = names();
            names.add(Key.AUTH_METHOD.with(TextValue.NONE));
            demand(step(SECURITY, OPERATIONAL, names), OPERATIONAL);
        }
        Map<Key, String> answers = negotiate();
        answers.forEach(this::settle);
        OperationalParameters parameters = values.parameters();
        connection.digests(parameters.headerDigest(), parameters.dataDigest());
        return new LoginResult(last.tsih(), parameters, FIRST_CMD_SN, last.statSn() + 1, last.maxCmdSn());
    }

    private void authenticate() throws IOException {
        ChapClient chap = new ChapClient(options.chap().orElseThrow(), options.targetChap(), options.algorithms());
        List<TextPair> names = names();
        boolean mutual = options.targetChap().isPresent();
        names.add(Key.AUTH_METHOD.with(mutual ? CHAP : CHAP + "," + TextValue.NONE));
        Map<Key, String> method = step(SECURITY, OPERATIONAL, names);
        if (!CHAP.equals(method.get(Key.AUTH_METHOD))) {
            if (mutual) {
                throw new LoginFailedException(0, "the target does not prove itself by CHAP");
            }
            demand(method, OPERATIONAL);
            return;
        }
        Map<Key, String> challenge = step(SECURITY, OPERATIONAL, List.of(chap.offer()));
        Map<Key, String> proof = step(SECURITY, OPERATIONAL, chap.answer(challenge));
        chap.verify(proof);
        demand(proof, OPERATIONAL);
    }

    private Map<Key, String> negotiate() throws IOException {
        List<TextPair> pairs = new ArrayList<>();
        options.offers().forEach((key, value) -> {
            if (options.targetName().isPresent() || !key.irrelevantInDiscovery()) {
                pairs.add(key.with(value));
            }
        });
        Map<Key, String> answers = step(OPERATIONAL, FULL_FEATURE, pairs);
        while (!last.transit()) {
            answers.putAll(step(OPERATIONAL, FULL_FEATURE, List.of()));
        }
        declared(options.offers().get(Key.MAX_RECV_DATA_SEGMENT_LENGTH));
        return answers;
    }

    private void declared(@Nullable String own) {
        if (own != null) {
            TextValue.number(own).ifPresent(bytes -> values.set(Key.MAX_RECV_DATA_SEGMENT_LENGTH, bytes));
        }
    }

    /** Takes an answer as the outcome; the three words that say no leave the initial value. */
    private void settle(Key key, String value) {
        Rule rule = key.rule();
        switch (rule.kind()) {
            case DECLARED_NUMBER -> TextValue.number(value).ifPresent(values::targetMaxRecvDataSegmentLength);
            case MINIMUM, MAXIMUM -> number(key, TextValue.number(value));
            case AND, OR -> number(key, TextValue.bool(value));
            case CHOICE -> {
                int place = rule.choices().indexOf(value);
                if (place >= 0) {
                    values.set(key, place);
                }
            }
            default -> {
                // Names and declarations bind nobody here.
            }
        }
    }

    private void number(Key key, OptionalLong value) {
        value.ifPresent(number -> values.set(key, number));
    }

    private List<TextPair> names() {
        List<TextPair> names = new ArrayList<>();
        names.add(Key.INITIATOR_NAME.with(options.initiatorName()));
        options.targetName().ifPresent(target -> names.add(Key.TARGET_NAME.with(target)));
        names.add(Key.SESSION_TYPE.with(options.targetName().isPresent() ? "Normal" : "Discovery"));
        return names;
    }

    private void demand(Map<Key, String> answers, int stage) throws LoginFailedException {
        if (!last.transit() || last.nextStage() != stage) {
            throw new LoginFailedException(0, "the target does not go on with the login: " + answers.keySet());
        }
    }

    /** One request and its whole answer; T is set. */
    private Map<Key, String> step(int stage, int next, List<TextPair> pairs) throws IOException {
        request.flags(0);
        request.transit(true);
        request.currentStage(stage);
        request.nextStage(next);
        request.expStatSn(first ? 0 : last.statSn() + 1);
        connection.send(request, TextFormat.format(pairs));
        ReceivedPdu reply = connection.receive();
        if (reply.bhs().opcode() != Opcode.LOGIN_RESPONSE) {
            throw new TargetProtocolException("not a login response: " + reply.bhs());
        }
        LoginResponse response = new LoginResponse(reply.bhs());
        verify(response);
        last = response;
        first = false;
        return keys(reply.data());
    }

    private void verify(LoginResponse response) throws IOException {
        if (response.status() != LoginStatus.SUCCESS.code()) {
            LoginStatus status = LoginStatus.of(response.status());
            throw new LoginFailedException(
                    response.status(),
                    "the target refused the login: "
                            + (status == null ? "status 0x" + Integer.toHexString(response.status()) : status.name()));
        }
        if (response.initiatorTaskTag() != TASK_TAG || response.isid() != options.isid() || response.continues()) {
            throw new TargetProtocolException("a login response with wrong tag, ISID or C bit: " + response);
        }
        if (!first && response.statSn() != last.statSn() + 1) {
            throw new TargetProtocolException("StatSN jumps in the login: " + response);
        }
    }

    private static Map<Key, String> keys(byte[] text) throws TargetProtocolException {
        Map<Key, String> keys = new EnumMap<>(Key.class);
        try {
            for (TextPair pair : TextFormat.parse(text)) {
                Key key = Key.of(pair.key());
                if (key != null) {
                    keys.put(key, pair.value());
                }
            }
        } catch (TextException e) {
            throw new TargetProtocolException("login text: " + e.getMessage());
        }
        return keys;
    }
}
