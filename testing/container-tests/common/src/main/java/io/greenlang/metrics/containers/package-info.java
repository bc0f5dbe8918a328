/** The contract suite of Jakarta containers, which extends that of transports, and its harness. */
@NullMarked
package io.greenlang.metrics.containers;

import org.jspecify.annotations.NullMarked;
