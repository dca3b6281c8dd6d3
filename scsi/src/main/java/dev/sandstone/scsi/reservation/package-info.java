/** Reservations: which nexus may do what while another one has reserved the logical unit. */
@NullMarked
package dev.sandstone.scsi.reservation;

import org.jspecify.annotations.NullMarked;
