package dev.sandstone.iscsi.login;

/**
 * The stage machine of a login as a table (RFC 7143 6.3, 11.12.3): which header fields may follow which stage, and where
 * they lead. A cell that is not in the table is an Initiator Error.
 *
 * <pre>
 *   stage before   CSG  T  C  NSG   wanted
 *   (first)        0|1  0  0   -    stay in CSG
 *   (first)        0|1  0  1   -    more text, same CSG
 *   (first)         0   1  0   1    operational
 *   (first)        0|1  1  0   3    full feature
 *   security        0   0  0   -    stay
 *   security        0   0  1   -    more text
 *   security        0   1  0   1    operational
 *   security        0   1  0   3    full feature
 *   operational     1   0  0   -    stay
 *   operational     1   0  1   -    more text
 *   operational     1   1  0   3    full feature
 * </pre>
 */
enum LoginTransition {
    STAY,
    MORE_TEXT,
    TO_OPERATIONAL,
    TO_FULL_FEATURE,
    INVALID;

    /** Stage codes of CSG and NSG; {@link #FIRST} stands for a login without a request yet. */
    static final int SECURITY = 0;

    static final int OPERATIONAL = 1;
    static final int FULL_FEATURE = 3;
    static final int FIRST = -1;

    /** NSG of the row and column CSG 0 and 1: what a T bit leads to. */
    private static final LoginTransition[][] TRANSIT = {
        {INVALID, TO_OPERATIONAL, INVALID, TO_FULL_FEATURE},
        {INVALID, INVALID, INVALID, TO_FULL_FEATURE},
    };

    /**
     * What a request asks for.
     *
     * @param stage {@link #FIRST}, {@link #SECURITY} or {@link #OPERATIONAL}
     */
    static LoginTransition of(int stage, int currentStage, boolean transit, boolean continues, int nextStage) {
        boolean stageFits = stage == FIRST ? currentStage <= OPERATIONAL : currentStage == stage;
        if (!stageFits || (transit && continues)) {
            return INVALID;
        }
        if (continues) {
            return MORE_TEXT;
        }
        return transit ? TRANSIT[currentStage][nextStage] : STAY;
    }
}
