/** The exchange with HTTP servers, and the requests of HTTP clients, within bounds. */
@NullMarked
package io.greenlang.metrics.internal.http;

import org.jspecify.annotations.NullMarked;
