/** The server's own counts in the text formats of Prometheus. */
@NullMarked
package io.greenlang.metrics.prometheus.internal.exposition;

import org.jspecify.annotations.NullMarked;
