/** Reads HTTP requests strictly, and without more memory than their bytes. */
@NullMarked
package io.greenlang.metrics.netty.internal.http;

import org.jspecify.annotations.NullMarked;
