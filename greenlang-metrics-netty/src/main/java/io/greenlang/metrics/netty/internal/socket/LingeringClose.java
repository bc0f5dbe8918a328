package io.greenlang.metrics.netty.internal.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A listener that closes a connection in two steps, so that the last bytes reach the peer. Closing
 * a socket that contains unread data makes the kernel send a reset. A reset destroys what the peer
 * has not read yet, which includes the very response that explains the error. Therefore our side is
 * closed first, within TLS too. The rest closes when the peer has seen that, or when a timeout
 * expires. Runs on the connection's I/O thread.
 */
public final class LingeringClose implements ChannelFutureListener {

  /** The instance, which has no state. */
  public static final LingeringClose INSTANCE = new LingeringClose();

  private LingeringClose() {}

  /** Shuts down the output after the last bytes were sent. */
  @Override
  public void operationComplete(ChannelFuture sent) {
    Channel channel = sent.channel();
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null && sent.isSuccess()) {
      tls.closeOutbound().addListener(closed -> closeOutput(channel, closed.isSuccess()));
    } else {
      closeOutput(channel, sent.isSuccess());
    }
  }

  private static void closeOutput(Channel channel, boolean sent) {
    if (sent && channel instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    } else {
      channel.close();
    }
  }

  /** Closes a channel after a timeout unless the peer closes it earlier. */
  public static void closeAfter(Channel channel, Duration timeout) {
    Future<?> timeoutTask =
        channel
            .eventLoop()
            .schedule(() -> channel.close(), timeout.toMillis(), TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> timeoutTask.cancel(false));
  }
}
