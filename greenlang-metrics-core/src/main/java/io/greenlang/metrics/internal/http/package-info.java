/** The exchange with HTTP servers within bounds. */
@NullMarked
package io.greenlang.metrics.internal.http;

import org.jspecify.annotations.NullMarked;
