package dev.sandstone.scsi.task;

/** A SCSI target device with its target ports: where a transport protocol joins the device server. */
public interface ScsiDevice {

    /**
     * Opens a nexus after a completed login.
     *
     * @param initiatorPort the initiator port's name, e.g. {@code iqn.x,i,0x0123456789ab} (RFC 7143 4.2.7): persistent
     *     reservations and unit attentions follow it
     * @param initiatorName the initiator's node name, e.g. {@code iqn.x}: LUN maps are chosen by it
     * @param relativeTargetPort identifier of the target port (SPC-4 relative target port identifier; iSCSI: the target
     *     portal group tag)
     */
    Nexus openNexus(String initiatorPort, String initiatorName, int relativeTargetPort);
}
