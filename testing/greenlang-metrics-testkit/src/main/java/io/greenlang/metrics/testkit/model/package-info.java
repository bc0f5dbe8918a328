/**
 * An independent model of the metrics that clients receive: it computes them from the published
 * observations and the rules of the protocol, without the aggregates and sketches of the engine.
 */
@NullMarked
package io.greenlang.metrics.testkit.model;

import org.jspecify.annotations.NullMarked;
