package dev.sandstone.iscsi.text;

/** One {@code key=value}. */
public record TextPair(String key, String value) {

    /** Without the value: it may be a CHAP response, and this may reach a log. */
    @Override
    public String toString() {
        return key + "=(" + value.length() + " characters)";
    }
}
