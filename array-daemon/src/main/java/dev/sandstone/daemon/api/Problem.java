package dev.sandstone.daemon.api;

/**
 * RFC 9457 problem details, media type {@code application/problem+json}.
 *
 * @param type a URN that names the kind of problem
 * @param title what happened
 * @param status the HTTP status
 * @param code see {@link ErrorCode#wire()}
 * @param cause why
 * @param fix what to do
 */
public record Problem(String type, String title, int status, String code, String cause, String fix) {
    /** The media type of problems. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** The exception this problem was made from, on the client's side. */
    public ApiException toException() {
        return new ApiException(ErrorCode.ofWire(code).orElse(ErrorCode.INTERNAL), title, cause, fix);
    }
}
