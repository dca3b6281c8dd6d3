package dev.sandstone.iscsi.text;

/**
 * What a session may do beyond one connection that ends with the first fault.
 *
 * @param maxConnections MaxConnections, 1 to 65535
 * @param level ErrorRecoveryLevel, 0 to 2
 * @param time2Retain DefaultTime2Retain in seconds: how long commands wait for another connection at level 2, 0 to 3600;
 *     below that level nothing outlives its connection and 0 is agreed on
 * @param inOrder whether DataPDUInOrder and DataSequenceInOrder have to be Yes
 */
public record RecoveryOffer(int maxConnections, int level, int time2Retain, boolean inOrder) {

    public RecoveryOffer {
        if (maxConnections < 1 || level < 0 || level > 2 || time2Retain < 0) {
            throw new IllegalArgumentException(
                    "no offer: " + maxConnections + " connections, level " + level + ", " + time2Retain + " s");
        }
    }

    /** One connection, level 0, in order. */
    public static RecoveryOffer none() {
        return new RecoveryOffer(1, 0, 0, true);
    }

    /** 8 connections, level 2, 20 s, any order: to each initiator what it asks for. */
    public static RecoveryOffer standard() {
        return new RecoveryOffer(8, 2, 20, false);
    }
}
