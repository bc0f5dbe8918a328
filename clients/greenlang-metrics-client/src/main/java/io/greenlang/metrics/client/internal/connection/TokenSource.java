package io.greenlang.metrics.client.internal.connection;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The origin of tokens: a fixed token, or a supplier of the application, which may block. Any
 * thread may replace it; only the event loop requests tokens.
 */
public final class TokenSource {

  private final Executor executor;
  private final EventLoop loop;
  private volatile @Nullable String token;
  private volatile @Nullable Callable<String> supplier;

  /**
   * Creates a source of one kind, or of none for anonymous clients.
   *
   * @param executor runs the supplier
   */
  public TokenSource(
      Executor executor,
      EventLoop loop,
      @Nullable String token,
      @Nullable Callable<String> supplier) {
    this.executor = executor;
    this.loop = loop;
    this.token = token;
    this.supplier = supplier;
  }

  /** Replaces the source by a fixed token. */
  public void setToken(String newToken) {
    supplier = null;
    token = newToken;
  }

  /** Returns whether another request can return another token. */
  public boolean isSupplied() {
    return supplier != null;
  }

  /**
   * Requests a token.
   *
   * @param onToken receives it on the event loop, at once if the token is fixed; null if the client
   *     is anonymous
   * @param onFailure receives the failure of the supplier on the event loop
   */
  public void request(Consumer<@Nullable String> onToken, Consumer<Throwable> onFailure) {
    Callable<String> current = supplier;
    if (current == null) {
      onToken.accept(token);
      return;
    }
    try {
      executor.execute(() -> call(current, onToken, onFailure));
    } catch (RejectedExecutionException e) {
      loop.execute(() -> onFailure.accept(e));
    }
  }

  private void call(
      Callable<String> current, Consumer<@Nullable String> onToken, Consumer<Throwable> onFailure) {
    try {
      String supplied = current.call();
      loop.execute(() -> onToken.accept(supplied));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      loop.execute(() -> onFailure.accept(e));
    } catch (Exception | Error e) {
      loop.execute(() -> onFailure.accept(e));
    }
  }
}
