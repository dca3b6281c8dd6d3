package dev.sandstone.scsi.reservation;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The bytes that keep a {@link PersistentState} through a restart, big-endian:
 *
 * <pre>
 *   0  u16  version, 1
 *   2  u8   bit 0 APTPL
 *   3  u8   TYPE of the reservation, 0 for none
 *   4  u32  PRGENERATION
 *   8  u16  index of the registration that holds it, FFFFh for none
 *  10  u16  registrations, at most 256
 *  12  for each: key 8, relative target port 2, bytes of the initiator port's name 2, the name in UTF-8
 *   .  u32  CRC32C of all before
 * </pre>
 */
public final class PersistentCodec {
    private static final short VERSION = 1;
    private static final int HEADER_BYTES = 12;
    private static final int REGISTRATION_BYTES = 12;
    private static final int CHECKSUM_BYTES = 4;
    private static final int NO_HOLDER = 0xFFFF;

    private PersistentCodec() {}

    /** The bytes of any state; {@link #decode} reads it from them. */
    public static byte[] encode(PersistentState state) {
        List<byte[]> names = new ArrayList<>();
        int bytes = HEADER_BYTES + CHECKSUM_BYTES;
        for (PortId port : state.registrants()) {
            byte[] name = port.initiatorPort().getBytes(StandardCharsets.UTF_8);
            names.add(name);
            bytes += REGISTRATION_BYTES + name.length;
        }
        ReservationType type = state.type();
        ByteBuffer out = ByteBuffer.allocate(bytes);
        out.putShort(VERSION).put((byte) (state.aptpl() ? 1 : 0)).put((byte) (type == null ? 0 : type.code()));
        out.putInt(state.generation());
        int holder = new ArrayList<>(state.registrants()).indexOf(state.holder());
        out.putShort((short) (holder < 0 ? NO_HOLDER : holder)).putShort((short) names.size());
        int index = 0;
        for (Map.Entry<PortId, Long> registration : state.keys().entrySet()) {
            byte[] name = names.get(index++);
            out.putLong(registration.getValue());
            out.putShort((short) registration.getKey().targetPort()).putShort((short) name.length);
            out.put(name);
        }
        return out.putInt(checksum(out.array(), out.position())).array();
    }

    /**
     * Reads what {@link #encode} made.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    public static PersistentState decode(byte[] bytes) {
        int end = bytes.length - CHECKSUM_BYTES;
        if (end < HEADER_BYTES || ByteBuffer.wrap(bytes).getInt(end) != checksum(bytes, end)) {
            throw new IllegalArgumentException("reservations of " + bytes.length + " bytes with a wrong checksum");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, end);
        int version = in.getShort();
        int flags = in.get();
        int typeCode = in.get();
        int generation = in.getInt();
        int holder = in.getShort() & 0xFFFF;
        int count = in.getShort() & 0xFFFF;
        ReservationType type = ReservationType.of(typeCode);
        if (version != VERSION || (flags & ~1) != 0 || (typeCode != 0 && type == null)) {
            throw new IllegalArgumentException("reservations of version " + version + ", type " + typeCode);
        }
        Map<PortId, Long> keys = new LinkedHashMap<>();
        PortId holding = null;
        for (int i = 0; i < count; i++) {
            if (in.remaining() < REGISTRATION_BYTES) {
                throw new IllegalArgumentException("registration " + i + " of " + count + " is cut off");
            }
            long key = in.getLong();
            int port = in.getShort() & 0xFFFF;
            PortId nexus = new PortId(name(in, in.getShort() & 0xFFFF), port);
            keys.put(nexus, key);
            holding = i == holder ? nexus : holding;
        }
        if (in.hasRemaining() || keys.size() != count || (holder != NO_HOLDER && holding == null)) {
            throw new IllegalArgumentException("registrations that do not fit: " + count + ", holder " + holder);
        }
        return new PersistentState(generation, flags == 1, keys, type, holding);
    }

    private static String name(ByteBuffer in, int bytes) {
        if (bytes > Math.min(PortId.MOST_NAME_BYTES, in.remaining())) {
            throw new IllegalArgumentException("a port's name of " + bytes + " bytes");
        }
        ByteBuffer name = in.slice(in.position(), bytes);
        in.position(in.position() + bytes);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(name)
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a port's name that is no text", e);
        }
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
