/** Certificates for tests, and clients that trust them or any other. */
@NullMarked
package io.greenlang.metrics.testkit.tls;

import org.jspecify.annotations.NullMarked;
