/** What the target may cost however it is abused: thousands of idle sessions, slow logins, wrong proofs, short sessions. */
@NullMarked
package dev.sandstone.bench.limits;

import org.jspecify.annotations.NullMarked;
