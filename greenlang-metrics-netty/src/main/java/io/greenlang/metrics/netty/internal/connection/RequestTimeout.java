package io.greenlang.metrics.netty.internal.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A timeout that closes an HTTP connection if the next whole request, or sending its response,
 * takes too long. A read timeout would not suffice: a peer that sends a byte every few seconds
 * would reset it forever. The connection's I/O thread owns it.
 */
public final class RequestTimeout {

  private static final Logger log = LoggerFactory.getLogger(RequestTimeout.class);

  private final long timeoutMillis;
  private @Nullable ScheduledFuture<?> task;

  /** Creates a timeout that does not count yet. */
  public RequestTimeout(Duration timeout) {
    this.timeoutMillis = timeout.toMillis();
  }

  /** Starts to count, from now. */
  public void restart(ChannelHandlerContext ctx) {
    cancel();
    task =
        ctx.executor()
            .schedule(
                () -> {
                  log.debug("HTTP request timed out; closing the connection");
                  ctx.close();
                },
                timeoutMillis,
                TimeUnit.MILLISECONDS);
  }

  /** Stops counting. Idempotent. */
  public void cancel() {
    if (task != null) {
      task.cancel(false);
      task = null;
    }
  }
}
