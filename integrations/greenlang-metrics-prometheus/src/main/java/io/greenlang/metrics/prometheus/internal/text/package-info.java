/** The parser of the text formats of Prometheus. It depends on nothing but the JDK. */
@NullMarked
package io.greenlang.metrics.prometheus.internal.text;

import org.jspecify.annotations.NullMarked;
