package dev.sandstone.iscsi.login;

import dev.sandstone.iscsi.access.Redirect;
import dev.sandstone.iscsi.access.TargetDirectory;
import dev.sandstone.iscsi.chap.ChapThrottle;
import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.LoginException;
import dev.sandstone.iscsi.pdu.LoginRequest;
import dev.sandstone.iscsi.pdu.LoginStatus;
import dev.sandstone.iscsi.text.Key;
import dev.sandstone.iscsi.text.OperationalNegotiation;
import dev.sandstone.iscsi.text.TextAssembler;
import dev.sandstone.iscsi.text.TextException;
import dev.sandstone.iscsi.text.TextFormat;
import dev.sandstone.iscsi.text.TextPair;
import io.netty.buffer.ByteBuf;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The login of one connection, target's side (RFC 7143 6.3): takes login requests, gives replies. No timers, no socket.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>no outcome before the initiator proved what its {@code Admission} asks for and is allowed in;
 *   <li>no stage is entered but by {@link LoginTransition};
 *   <li>version, ISID, TSIH, CID, CmdSN and Initiator Task Tag stay the same in all requests of a login;
 *   <li>after a refusal or an outcome the machine takes nothing more.
 * </ul>
 *
 * <p>Not safe for use by several threads.
 */
public final class LoginMachine {
    /** Most requests of one login. */
    public static final int MAX_REQUESTS = 32;
    /** The only protocol version there is (RFC 7143 11.12.4). */
    public static final int VERSION = 0;

    private static final int FIRST_STAT_SN = 1;
    private static final byte[] NO_TEXT = new byte[0];
    private static final SecureRandom RANDOM = new SecureRandom();

    private final LoginSettings settings;
    private final TargetDirectory directory;
    private final SessionRegistry sessions;
    private final ChapThrottle throttle;
    private final Visitor visitor;

    private final TextAssembler assembler = new TextAssembler();
    private final LoginStep step = new LoginStep();
    private final OperationalNegotiation negotiation;
    private final LoginConstancy constancy = new LoginConstancy();
    private int stage = LoginTransition.FIRST;
    private int requests;
    private int statSn = FIRST_STAT_SN;
    private boolean ended;
    private boolean entered;
    private boolean declared;
    private @Nullable LoginEntry entry;
    private @Nullable SecurityStage security;

    /**
     * @param throttle shared by all connections of the array
     */
    public LoginMachine(
            LoginSettings settings,
            TargetDirectory directory,
            SessionRegistry sessions,
            ChapThrottle throttle,
            Visitor visitor) {
        this.settings = settings;
        this.directory = directory;
        this.sessions = sessions;
        this.throttle = throttle;
        this.visitor = visitor;
        this.negotiation = new OperationalNegotiation(settings.offer());
    }

    /**
     * Takes one login request.
     *
     * @param bhs header of a PDU with the login opcode
     * @param data its data segment; read up
     * @throws IllegalStateException the login has ended
     */
    public LoginReply receive(Bhs bhs, ByteBuf data) {
        if (ended) {
            throw new IllegalStateException("the login has ended");
        }
        LoginRequest request = new LoginRequest(bhs);
        try {
            return advance(request, data);
        } catch (LoginException e) {
            return refuse(request, e);
        } catch (TextException e) {
            return refuse(request, new LoginException(LoginStatus.INITIATOR_ERROR, String.valueOf(e.getMessage())));
        }
    }

    /** The names the login has shown so far, for the log. */
    public Optional<LoginIdentity> identity() {
        return Optional.ofNullable(entry).map(LoginEntry::identity);
    }

    private LoginReply advance(LoginRequest request, ByteBuf data) throws LoginException, TextException {
        requests++;
        if (requests > MAX_REQUESTS) {
            throw new LoginException(LoginStatus.INITIATOR_ERROR, "more than " + MAX_REQUESTS + " login requests");
        }
        constancy.verify(request);
        LoginTransition wanted = LoginTransition.of(
                stage, request.currentStage(), request.transit(), request.continues(), request.nextStage());
        if (wanted == LoginTransition.INVALID) {
            throw new LoginException(LoginStatus.INITIATOR_ERROR, "no such stage transition: " + request);
        }
        stage = request.currentStage();
        if (!assembler.add(data, request.continues())) {
            return reply(request).stay(stage, NO_TEXT);
        }
        step.take(assembler.take(), stage);
        return negotiate(request, wanted);
    }

    private LoginReply negotiate(LoginRequest request, LoginTransition wanted) throws LoginException, TextException {
        List<TextPair> answers = step.answers();
        LoginEntry known = entry;
        SecurityStage guard = security;
        if (known == null || guard == null) {
            known = LoginEntry.of(request, step.declarations(), directory, visitor.from());
            guard = new SecurityStage(known.admission(), settings.algorithms(), RANDOM);
            entry = known;
            security = guard;
            introduce(known, answers);
        }
        answers.addAll(guard.take(step.security()));
        boolean waiting = mustProve(guard, wanted);
        if (!waiting) {
            enter(known);
            Optional<Redirect> elsewhere = redirect(known);
            if (elsewhere.isPresent()) {
                return redirect(request, elsewhere.get());
            }
        }
        for (LoginStep.Known item : step.negotiableInOrder()) {
            negotiation.take(item.key(), item.value()).ifPresent(answers::add);
        }
        if (stage == LoginTransition.OPERATIONAL && !declared) {
            declared = true;
            answers.add(negotiation.declare());
        }
        byte[] text = TextFormat.format(answers);
        if (waiting || wanted == LoginTransition.STAY) {
            return reply(request).stay(stage, text);
        }
        if (wanted == LoginTransition.TO_OPERATIONAL) {
            stage = LoginTransition.OPERATIONAL;
            return reply(request).transit(request.currentStage(), stage, text);
        }
        return complete(request, known, guard, text);
    }

    /**
     * Whether the initiator stays in security negotiation for lack of a proof, though it may have wished to leave.
     *
     * @throws LoginException it wishes to leave without having begun
     */
    private boolean mustProve(SecurityStage guard, LoginTransition wanted) throws LoginException {
        if (guard.passed()) {
            return false;
        }
        if (stage == LoginTransition.OPERATIONAL || (wanted != LoginTransition.STAY && !guard.begun())) {
            throw new LoginException(
                    LoginStatus.AUTHENTICATION_FAILURE, "the initiator leaves security negotiation without a proof");
        }
        return true;
    }

    /** What the target says of itself in its first answer (RFC 7143 13.9, 13.7). */
    private void introduce(LoginEntry known, List<TextPair> answers) {
        known.identity()
                .targetName()
                .ifPresentOrElse(
                        target -> {
                            answers.add(Key.TARGET_PORTAL_GROUP_TAG.with(settings.targetPortalGroupTag()));
                            directory.alias(target).ifPresent(alias -> answers.add(Key.TARGET_ALIAS.with(alias)));
                        },
                        negotiation::discovery);
    }

    /** The door between authentication and the rest; passed once. */
    private void enter(LoginEntry known) throws LoginException {
        if (entered) {
            return;
        }
        if (!known.admission().allowed()) {
            throw new LoginException(LoginStatus.AUTHORIZATION_FAILURE, "this initiator has no access here");
        }
        if (known.identity().tsih() != 0) {
            negotiation.join(sessions.join(known.identity()));
        }
        entered = true;
    }

    /** Asked only for those who may log in: nobody else learns of other portals. */
    private Optional<Redirect> redirect(LoginEntry known) {
        LoginIdentity identity = known.identity();
        return identity.targetName()
                .flatMap(target -> directory.redirect(identity.initiatorName(), target, visitor.portal()));
    }

    private LoginReply redirect(LoginRequest request, Redirect elsewhere) {
        ended = true;
        LoginStatus status =
                elsewhere.permanent() ? LoginStatus.TARGET_MOVED_PERMANENTLY : LoginStatus.TARGET_MOVED_TEMPORARILY;
        byte[] text = TextFormat.format(List.of(Key.TARGET_ADDRESS.with(elsewhere.address())));
        return reply(request).redirect(status, text, "redirected to " + elsewhere.address());
    }

    private LoginReply complete(LoginRequest request, LoginEntry known, SecurityStage guard, byte[] text)
            throws LoginException {
        int tsih = sessions.admit(known.identity());
        ended = true;
        LoginReply last = reply(request).transit(request.currentStage(), LoginTransition.FULL_FEATURE, text);
        last.header().tsih(tsih);
        LoginOutcome outcome = new LoginOutcome(
                known.identity(),
                tsih,
                negotiation.parameters(),
                known.device(),
                known.initiatorAlias(),
                guard.provedName(),
                statSn,
                request.cmdSn());
        return new LoginReply(last.header(), text, LoginStatus.SUCCESS, Optional.of(outcome), 0, "");
    }

    private LoginReply refuse(LoginRequest request, LoginException why) {
        ended = true;
        int delayMs = why.status() == LoginStatus.AUTHENTICATION_FAILURE
                ? throttle.failed(visitor.from(), System.nanoTime())
                : 0;
        return reply(request).refuse(why, delayMs);
    }

    private LoginReplies reply(LoginRequest request) {
        return new LoginReplies(request, statSn++, settings.commandWindow());
    }
}
