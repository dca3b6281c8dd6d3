package dev.sandstone.engine.log;

import org.jspecify.annotations.Nullable;

/** What a record of the log does. The code on disk is stated, not derived: constants may come and move. */
public enum RecordType {
    /** Blocks were written; the payload holds them. */
    DATA(1),
    /** Blocks read as zeros, written so. */
    ZERO(2),
    /** Blocks are given back and read as zeros. */
    UNMAP(3),
    /** Blocks share the data of others. */
    REFMAP(4),
    /** Cleaning moved the payload; the blocks keep their birth. */
    RELOC(5),
    /** A snapshot was taken. */
    SNAP(6),
    /** A snapshot was deleted. */
    SNAPDEL(7),
    /** A lineage was forked: clone, rewind. */
    FORK(8),
    /** A lineage was deleted with all its blocks. */
    LINEAGEDEL(9),
    /** A point in time that a rewind may go back to. */
    MARK(10),
    /** Blocks are lost on every copy. */
    POISON(11),
    /** A part of what a layer above keeps with a volume: reservations and their like. */
    RESERVATION(12),
    /** A volume was made or changed; the payload is its row. */
    CONFIG(13),
    /** Nothing. */
    NOP(14),
    /** Cleaning moved the payload of another record; blocks that show it by reference follow. */
    RELOCREF(15);

    private static final RecordType[] ALL = values();

    private final byte code;

    RecordType(int code) {
        this.code = (byte) code;
    }

    /** The code on disk. */
    public byte code() {
        return code;
    }

    /** Whether the payload is the plain 4 KiB blocks that the record is about. */
    public boolean carriesBlocks() {
        return this == DATA || this == RELOC;
    }

    /** Whether it says something of a range of blocks; else it may carry up to 4096 bytes with a meaning of their own. */
    public boolean aboutBlocks() {
        return carriesBlocks() || this == ZERO || this == UNMAP || this == POISON;
    }

    /** The type of a code; null when there is none. */
    static @Nullable RecordType of(int code) {
        return code >= 1 && code <= ALL.length ? ALL[code - 1] : null;
    }
}
