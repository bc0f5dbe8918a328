/** An independent client for the end-to-end tests. */
@NullMarked
package io.greenlang.metrics.e2e;

import org.jspecify.annotations.NullMarked;
