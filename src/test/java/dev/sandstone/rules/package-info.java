/** The rules of the architecture, as tests: docs/ARCHITECTURE.md says why they hold. */
@NullMarked
package dev.sandstone.rules;

import org.jspecify.annotations.NullMarked;
