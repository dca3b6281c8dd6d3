/** JMH benchmarks of the steps that each command takes, one step each; {@code bench/steps} runs them. */
@NullMarked
package dev.sandstone.bench.steps;

import org.jspecify.annotations.NullMarked;
