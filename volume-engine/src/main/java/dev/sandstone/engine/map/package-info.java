/** Where the newest version of each 4 KiB block of each write history lies in the log. */
@NullMarked
package dev.sandstone.engine.map;

import org.jspecify.annotations.NullMarked;
