/** Sources for instances and task queues. */
@NullMarked
package io.greenlang.metrics.collectors.internal.cluster;

import org.jspecify.annotations.NullMarked;
