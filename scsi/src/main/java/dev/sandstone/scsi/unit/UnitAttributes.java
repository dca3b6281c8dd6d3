package dev.sandstone.scsi.unit;

import java.util.HexFormat;
import java.util.UUID;

/**
 * What a logical unit is, for as long as it exists.
 *
 * @param serial UNIT SERIAL NUMBER, 8 to 36 printable ASCII characters; the first eight alone tell units apart
 * @param naa NAA designator, 16 or 32 hexadecimal digits beginning with its type
 * @param physicalBlockBytes 512 or 4096; logical blocks are always of 512 bytes
 * @param removable RMB: the medium can be ejected and loaded
 */
public record UnitAttributes(String serial, String naa, int physicalBlockBytes, boolean removable) {

    public UnitAttributes {
        if (!serial.matches("[\\x21-\\x7E]{8,36}")) {
            throw new IllegalArgumentException(
                    "serial number: 8 to 36 printable ASCII characters, not '" + serial + "'");
        }
        if (!naa.matches("[235][0-9a-f]{15}|6[0-9a-f]{31}")) {
            throw new IllegalArgumentException("NAA designator: 16 digits of type 2, 3, 5 or 32 of type 6, not " + naa);
        }
        if (physicalBlockBytes != 512 && physicalBlockBytes != 4096) {
            throw new IllegalArgumentException("physical block: 512 or 4096 bytes, not " + physicalBlockBytes);
        }
    }

    /** Attributes whose names follow from a random UUID: the same whenever the volume is served again. */
    public static UnitAttributes of(UUID volume, int physicalBlockBytes, boolean removable) {
        return new UnitAttributes(serialOf(volume), naaOf(volume), physicalBlockBytes, removable);
    }

    /** The 32 hexadecimal digits of the UUID. */
    public static String serialOf(UUID volume) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(volume.getMostSignificantBits()) + hex.toHexDigits(volume.getLeastSignificantBits());
    }

    /** A locally assigned designator (SPC-4 7.8.6.6.4, NAA 3h): 60 bits drawn from the random ones of the UUID. */
    public static String naaOf(UUID volume) {
        long mixed = volume.getMostSignificantBits() ^ Long.rotateLeft(volume.getLeastSignificantBits(), 23);
        return "3" + HexFormat.of().toHexDigits(mixed).substring(1);
    }
}
