/**
 * The parser of Prometheus' format in Protocol Buffers, the only one with native histograms. It
 * passes the samples on as lines of text, so that all formats have one meaning.
 */
@NullMarked
package io.greenlang.metrics.prometheus.internal.protobuf;

import org.jspecify.annotations.NullMarked;
