package dev.sandstone.iscsi.pdu;

/** Comparison of 32-bit sequence numbers that wrap (RFC 1982, as RFC 7143 4.2.2 demands for CmdSN, StatSN and DataSN). */
public final class SerialNumber {

    private SerialNumber() {}

    /** Whether {@code a} comes before {@code b}. Numbers exactly 2^31 apart are not before each other in either order. */
    public static boolean before(int a, int b) {
        return a - b < 0 && a - b != Integer.MIN_VALUE;
    }

    /** Whether {@code a} is {@code b} or comes before it. */
    public static boolean beforeOrEqual(int a, int b) {
        return a == b || before(a, b);
    }
}
