/** How a publication reaches every instance. */
@NullMarked
package io.greenlang.metrics.broker;

import org.jspecify.annotations.NullMarked;
