/** SPC-4 4.5: sense keys, additional sense codes, and their two wire forms. */
@NullMarked
package dev.sandstone.scsi.sense;

import org.jspecify.annotations.NullMarked;
