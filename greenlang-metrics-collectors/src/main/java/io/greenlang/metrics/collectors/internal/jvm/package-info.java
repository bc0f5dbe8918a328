/** Sources of the JVM. */
@NullMarked
package io.greenlang.metrics.collectors.internal.jvm;

import org.jspecify.annotations.NullMarked;
