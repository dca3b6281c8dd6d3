package dev.sandstone.iscsi.access;

/**
 * Another portal to which an initiator is sent (RFC 7143 11.13.5, status class 1).
 *
 * @param address value of TargetAddress: domain name or address, with an optional port and portal group tag
 * @param permanent whether the initiator may remember it (0102), or is to come here again next time (0101)
 */
public record Redirect(String address, boolean permanent) {
    public Redirect {
        if (address.isBlank() || address.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a redirect needs an address");
        }
    }
}
