package dev.sandstone.scsi.task;

/**
 * A SCSI command as it arrived.
 *
 * @param lun the eight bytes of the LUN field, big-endian (SAM-5 4.7)
 * @param cdb the command descriptor block, 16 bytes or more, zero-padded when shorter on the wire; not changed afterwards
 * @param attribute ordering
 * @param tag identifies the task on its nexus (iSCSI: the Initiator Task Tag, unsigned)
 * @param dataOutBytes what the initiator is ready to send (iSCSI: Expected Data Transfer Length when W is set), else 0
 * @param dataInBytes what the initiator is ready to take (EDTL when R is set, or the bidirectional length), else 0
 */
public record TaskRequest(long lun, byte[] cdb, TaskAttribute attribute, long tag, int dataOutBytes, int dataInBytes) {}
