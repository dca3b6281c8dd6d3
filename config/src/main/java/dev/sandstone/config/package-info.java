/** The process's configuration file: TOML in, typed records out; every error names line, column and fix. */
@NullMarked
package dev.sandstone.config;

import org.jspecify.annotations.NullMarked;
