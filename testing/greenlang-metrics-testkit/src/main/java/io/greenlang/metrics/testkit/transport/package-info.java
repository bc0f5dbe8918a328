/** The contract suites of a transport. */
@NullMarked
package io.greenlang.metrics.testkit.transport;

import org.jspecify.annotations.NullMarked;
