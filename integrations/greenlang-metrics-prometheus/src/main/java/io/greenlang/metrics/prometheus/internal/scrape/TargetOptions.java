package io.greenlang.metrics.prometheus.internal.scrape;

import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The address of a target and the way to it. Its text contains no secret.
 *
 * @param uri the address, without user information
 * @param timeout the time for the whole answer
 * @param maxBodyBytes the most bytes of an answer, before and after decompression
 * @param authorization the value of the header {@code Authorization}; null for none
 * @param sslContext the trusted certificates; null for those of the JDK
 */
public record TargetOptions(
    URI uri,
    Duration timeout,
    int maxBodyBytes,
    @Nullable String authorization,
    @Nullable SSLContext sslContext) {

  /** Returns the address without its query, which may be a secret. */
  @Override
  public String toString() {
    return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }
}
