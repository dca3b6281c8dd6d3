package dev.sandstone.engine.sim;

import java.util.List;
import java.util.Random;

/** Which sectors of a write under way survive a crash. */
enum Tear {
    /** None. */
    LOST,
    /** All: the disk had it, only its answer is lost. */
    WHOLE,
    /** A beginning. */
    PREFIX,
    /** An end: sectors were written in another order. */
    SUFFIX,
    /** Any. */
    ANY;

    private static final List<Tear> ALL = List.of(values());

    static Tear random(Random random) {
        return ALL.get(random.nextInt(ALL.size()));
    }

    boolean keeps(int sector, int sectors, Random random) {
        return switch (this) {
            case LOST -> false;
            case WHOLE -> true;
            case PREFIX -> sector < (sectors + 1) / 2;
            case SUFFIX -> sector >= sectors / 2;
            case ANY -> random.nextBoolean();
        };
    }
}
