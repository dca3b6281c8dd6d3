/** Who may see and enter which target: a port that the layer above answers from its catalog. */
@NullMarked
package dev.sandstone.iscsi.access;

import org.jspecify.annotations.NullMarked;
