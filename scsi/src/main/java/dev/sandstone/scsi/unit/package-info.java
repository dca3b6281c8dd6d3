/** The logical unit: attributes, unit attentions, mode and VPD pages, medium state. */
@NullMarked
package dev.sandstone.scsi.unit;

import org.jspecify.annotations.NullMarked;
