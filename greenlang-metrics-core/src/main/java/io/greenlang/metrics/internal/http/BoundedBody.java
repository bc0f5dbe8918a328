package io.greenlang.metrics.internal.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a response, up to a limit. A body that exceeds it fails, and its connection is
 * closed. Used by one thread at a time.
 */
final class BoundedBody implements BodySubscriber<byte[]> {

  private final int maxBytes;
  private final String tooLong;
  private final boolean isUsed;
  private final CompletableFuture<byte[]> result = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private Flow.@Nullable Subscription subscription;

  private BoundedBody(int maxBytes, String tooLong, boolean isUsed) {
    this.maxBytes = maxBytes;
    this.tooLong = tooLong;
    this.isUsed = isUsed;
  }

  /**
   * Returns a body of at most so many bytes.
   *
   * @param tooLong the message of the exception of a longer body
   */
  static BoundedBody of(int maxBytes, String tooLong) {
    return new BoundedBody(maxBytes, tooLong, true);
  }

  /** Returns an unread body: it is empty, and the connection is closed. */
  static BoundedBody unused() {
    return new BoundedBody(0, "", false);
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return result;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    if (isUsed) {
      newSubscription.request(1);
    } else {
      newSubscription.cancel();
      result.complete(new byte[0]);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    Flow.Subscription current = subscription;
    if (current == null || result.isDone()) {
      return;
    }
    for (ByteBuffer buffer : buffers) {
      if (bytes.size() + buffer.remaining() > maxBytes) {
        current.cancel();
        result.completeExceptionally(new IOException(tooLong));
        return;
      }
      byte[] part = new byte[buffer.remaining()];
      buffer.get(part);
      bytes.writeBytes(part);
    }
    current.request(1);
  }

  @Override
  public void onError(Throwable thrown) {
    result.completeExceptionally(thrown);
  }

  @Override
  public void onComplete() {
    result.complete(bytes.toByteArray());
  }
}
