/** Settings, each declared once: its variable, default, range and parser. */
@NullMarked
package io.greenlang.metrics.internal.config;

import org.jspecify.annotations.NullMarked;
