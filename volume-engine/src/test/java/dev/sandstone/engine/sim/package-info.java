/** The deterministic simulator: the real engine over seeded time, disks that fail and metadata that forgets, judged by an oracle. */
@NullMarked
package dev.sandstone.engine.sim;

import org.jspecify.annotations.NullMarked;
