package io.greenlang.metrics.netty.internal.tls;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A failure to use a certificate or key; the message has the reason and the remedy, no secret. */
final class UnusableKeyException extends IOException {

  private static final long serialVersionUID = 1;

  UnusableKeyException(String reasonAndRemedy) {
    super(reasonAndRemedy);
  }

  UnusableKeyException(String reasonAndRemedy, @Nullable Throwable cause) {
    super(reasonAndRemedy, cause);
  }
}
