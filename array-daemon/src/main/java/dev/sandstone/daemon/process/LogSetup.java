package dev.sandstone.daemon.process;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.sandstone.config.ArrayConfig;
import dev.sandstone.daemon.cli.Terminal;
import org.slf4j.LoggerFactory;

/**
 * The log goes to standard error: text for a person, a JSON object a line for a machine. Standard output is left to
 * results. Found by Logback as its configurator; {@link #apply} sets it anew once the configuration is read.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n%ex{full}";

    /** What is told of libraries unless they warn. */
    private static final String[] LIBRARIES = {"io.helidon", "io.netty", "java.lang.Runtime"};

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        set(context, new ArrayConfig.Log(ArrayConfig.Log.Level.WARN, ArrayConfig.Log.Format.AUTO));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Logs as the configuration says from now on. */
    static void apply(ArrayConfig.Log log) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            set(context, log);
        }
    }

    private static void set(LoggerContext context, ArrayConfig.Log log) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        boolean json = log.format() == ArrayConfig.Log.Format.JSON
                || (log.format() == ArrayConfig.Log.Format.AUTO && !Terminal.interactive());
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context, json));
        appender.start();
        root.addAppender(appender);
        root.setLevel(Level.valueOf(log.level().name()));
        for (String library : LIBRARIES) {
            context.getLogger(library).setLevel(Level.WARN);
        }
        // What it tells when a port is taken, the daemon tells better.
        context.getLogger("io.helidon.webserver.LoomServer").setLevel(Level.OFF);
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, boolean json) {
        EncoderBase<ILoggingEvent> encoder = json ? jsonEncoder() : textEncoder();
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    private static EncoderBase<ILoggingEvent> textEncoder() {
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setPattern(PATTERN);
        return text;
    }

    private static EncoderBase<ILoggingEvent> jsonEncoder() {
        JsonEncoder json = new JsonEncoder();
        json.setWithSequenceNumber(false);
        json.setWithNanoseconds(false);
        json.setWithContext(false);
        json.setWithMessage(false);
        json.setWithArguments(false);
        json.setWithFormattedMessage(true);
        return json;
    }
}
