/** One contract suite for every metadata store, and a model of one for simulations. */
@NullMarked
package dev.sandstone.engine.meta;

import org.jspecify.annotations.NullMarked;
