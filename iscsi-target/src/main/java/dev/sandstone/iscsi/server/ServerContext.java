package dev.sandstone.iscsi.server;

import dev.sandstone.iscsi.chap.ChapThrottle;
import dev.sandstone.iscsi.login.LoginMachine;
import dev.sandstone.iscsi.login.LoginSettings;
import dev.sandstone.iscsi.login.Visitor;
import dev.sandstone.iscsi.session.LoginSessions;
import dev.sandstone.iscsi.session.Services;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/** What the connections of one server share: limits, services, the set of them. Any thread. */
class ServerContext {
    private static final int LOG_LINES_A_MINUTE = 60;

    private final ServerLimits limits;
    private final LoginSettings settings;
    private final Services services;
    private final Gate gate;
    private final LoginSessions sessions;
    private final ChapThrottle throttle = new ChapThrottle();
    private final LogLimiter logLimiter = new LogLimiter(LOG_LINES_A_MINUTE);
    private final Set<ConnectionHandler> open = ConcurrentHashMap.newKeySet();

    ServerContext(ServerLimits limits, LoginSettings settings, Services services) {
        this.limits = limits;
        this.settings = settings;
        this.services = services;
        gate = new Gate(limits);
        sessions = new LoginSessions(services.registry());
    }

    ServerLimits limits() {
        return limits;
    }

    Services services() {
        return services;
    }

    Gate gate() {
        return gate;
    }

    LoginMachine newLogin(Visitor visitor) {
        return new LoginMachine(settings, services.directory(), sessions, throttle, visitor);
    }

    void opened(ConnectionHandler handler) {
        open.add(handler);
    }

    void closed(ConnectionHandler handler) {
        open.remove(handler);
    }

    Set<ConnectionHandler> open() {
        return open;
    }

    /** A fault of a peer. */
    void warn(Logger log, String message, Object first, Object second) {
        long dropped = logLimiter.ask(System.nanoTime());
        if (dropped > 0) {
            log.warn("{} messages about connections were dropped", dropped);
        }
        if (dropped >= 0) {
            log.warn(message, first, second);
        }
    }

    /** A fault of our own. */
    void error(Logger log, String message, Throwable cause) {
        if (logLimiter.ask(System.nanoTime()) >= 0) {
            log.error(message, cause);
        }
    }
}
