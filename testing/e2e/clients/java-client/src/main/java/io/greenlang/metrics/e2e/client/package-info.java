/** The Java client in the end-to-end tests. */
@NullMarked
package io.greenlang.metrics.e2e.client;

import org.jspecify.annotations.NullMarked;
