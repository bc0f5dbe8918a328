/** The units and descriptions of metrics, and what each view has received of them. */
@NullMarked
package io.greenlang.metrics.internal.metadata;

import org.jspecify.annotations.NullMarked;
