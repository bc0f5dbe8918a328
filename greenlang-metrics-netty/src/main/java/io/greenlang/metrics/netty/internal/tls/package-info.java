/** TLS of the transport: certificates, their files, and the encryption of connections. */
@NullMarked
package io.greenlang.metrics.netty.internal.tls;

import org.jspecify.annotations.NullMarked;
