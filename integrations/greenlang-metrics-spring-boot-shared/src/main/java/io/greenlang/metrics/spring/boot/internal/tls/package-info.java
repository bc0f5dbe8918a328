/** The certificate of a separate port. Not part of the API. */
@NullMarked
package io.greenlang.metrics.spring.boot.internal.tls;

import org.jspecify.annotations.NullMarked;
