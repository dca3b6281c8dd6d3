/** The engine alone, for measurements that no network is to disturb. */
@NullMarked
package dev.sandstone.bench.engine;

import org.jspecify.annotations.NullMarked;
