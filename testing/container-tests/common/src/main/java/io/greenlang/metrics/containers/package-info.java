/** What every Jakarta container must do, on top of what every transport must. */
@NullMarked
package io.greenlang.metrics.containers;

import org.jspecify.annotations.NullMarked;
