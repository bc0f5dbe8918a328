/** What was published lately: readings as they came, and windows of them for longer. */
@NullMarked
package io.greenlang.metrics.history;

import org.jspecify.annotations.NullMarked;
