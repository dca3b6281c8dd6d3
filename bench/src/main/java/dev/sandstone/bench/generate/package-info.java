/** What JMH needs around benchmarks, made when they are run. */
@NullMarked
package dev.sandstone.bench.generate;

import org.jspecify.annotations.NullMarked;
