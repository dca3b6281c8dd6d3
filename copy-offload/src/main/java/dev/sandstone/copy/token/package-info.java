/** ROD tokens: what they name, who may use them, and how long; each keeps what it names. */
@NullMarked
package dev.sandstone.copy.token;

import org.jspecify.annotations.NullMarked;
