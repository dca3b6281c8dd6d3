/** The array as initiators find it: who may enter, and which volume stands at which LUN. */
@NullMarked
package dev.sandstone.daemon.target;

import org.jspecify.annotations.NullMarked;
