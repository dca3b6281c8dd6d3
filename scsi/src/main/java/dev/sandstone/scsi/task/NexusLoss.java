package dev.sandstone.scsi.task;

/** Why an I_T nexus ended. */
public enum NexusLoss {
    /** The initiator logged out. */
    LOGOUT,
    /** The connection was lost or closed by the target. */
    CONNECTION_LOST,
    /** A new session of the same initiator port took its place. */
    REINSTATED
}
