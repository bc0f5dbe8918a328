package io.greenlang.metrics.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection so that the last bytes reach the peer. Closing a socket with something unread
 * in it makes the kernel send a reset, and a reset destroys what the peer has not read yet: the
 * very answer that says what was wrong. So our side is ended first; the rest ends when the peer has
 * seen that, or a deadline has passed. On the connection's I/O thread.
 */
final class HalfClose implements ChannelFutureListener {

  static final HalfClose INSTANCE = new HalfClose();

  private HalfClose() {}

  /** Once the last bytes have left. */
  @Override
  public void operationComplete(ChannelFuture sent) {
    Channel channel = sent.channel();
    if (sent.isSuccess() && channel instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    } else {
      channel.close();
    }
  }

  /** Closes a channel unless its peer does so before. */
  static void cutAfter(Channel channel, Duration patience) {
    Future<?> cut =
        channel
            .eventLoop()
            .schedule(() -> channel.close(), patience.toMillis(), TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> cut.cancel(false));
  }
}
