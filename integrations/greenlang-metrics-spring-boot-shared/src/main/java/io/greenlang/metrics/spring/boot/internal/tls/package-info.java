/** The certificate of a port of its own. Not part of the API. */
@NullMarked
package io.greenlang.metrics.spring.boot.internal.tls;

import org.jspecify.annotations.NullMarked;
