package dev.sandstone.scsi.reservation;

/**
 * An I_T nexus by the names of its ports: what a registration is made for, whether the nexus is there now or not.
 *
 * @param initiatorPort name of the initiator port
 * @param targetPort RELATIVE TARGET PORT IDENTIFIER of the target port
 */
public record PortId(String initiatorPort, int targetPort) {}
