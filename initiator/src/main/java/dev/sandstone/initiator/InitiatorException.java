package dev.sandstone.initiator;

import java.io.IOException;

/** What can go wrong between this initiator and a target; the subclasses tell the cases apart. */
public class InitiatorException extends IOException {
    private static final long serialVersionUID = 1L;

    public InitiatorException(String message) {
        super(message);
    }

    public InitiatorException(String message, Throwable cause) {
        super(message, cause);
    }
}
