/** Tests that both starters run. */
@NullMarked
package io.greenlang.metrics.spring.boot;

import org.jspecify.annotations.NullMarked;
