package io.greenlang.metrics.netty.internal.sse;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.netty.internal.socket.LingeringClose;
import io.greenlang.metrics.netty.internal.socket.SharedFramesBuffer;
import io.greenlang.metrics.netty.internal.socket.SharedFramesRegion;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.transport.EventParts;
import io.greenlang.metrics.websocket.transport.EventStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The response to a request for server-sent events over a Netty channel. The end of the connection
 * ends the stream, so events need no framing of HTTP and are written directly to the socket where
 * possible, otherwise at the head of the pipeline. Confined to the I/O thread.
 */
public final class NettyEventStream implements EventStream {

  private static final Logger log = LoggerFactory.getLogger(NettyEventStream.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  private final Channel channel;
  private final String peer;
  private final Duration closeTimeout;
  private final Duration peerTimeout;

  /** Whether the bytes pass a handler of TLS. */
  private final boolean encrypted;

  /** The socket, if the I/O thread uses epoll and the connection is plain; otherwise null. */
  private final @Nullable FileDescriptor socket;

  private boolean closing;

  /**
   * Creates a stream that has not begun.
   *
   * @param closeTimeout the time that a peer has to read the last bytes
   * @param peerTimeout the time after which a peer that acknowledges no data is gone
   */
  public NettyEventStream(
      Channel channel, String peer, Duration closeTimeout, Duration peerTimeout) {
    this.channel = channel;
    this.peer = peer;
    this.closeTimeout = closeTimeout;
    this.peerTimeout = peerTimeout;
    this.encrypted = channel.pipeline().get(SslHandler.class) != null;
    this.socket = channel instanceof EpollSocketChannel epoll && !encrypted ? epoll.fd() : null;
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public Executor ioThread() {
    return channel.eventLoop();
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable() && !closing;
  }

  @Override
  public long unsentBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
  }

  @Override
  public void reply(HttpReply reply) {
    if (!closing) {
      String length = "content-length: " + reply.body().length + "\r\n";
      queueCopy(head(reply.status(), reply.headers(), length));
      queueCopy(Unpooled.wrappedBuffer(reply.body()));
      end();
    }
  }

  @Override
  public void start(Map<String, String> headers) {
    int millis = Math.toIntExact(peerTimeout.toMillis());
    if (channel instanceof EpollSocketChannel && channel.isActive()) {
      channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, millis);
    } else if (channel instanceof IoUringSocketChannel && channel.isActive()) {
      channel.config().setOption(IoUringChannelOption.TCP_USER_TIMEOUT, millis);
    }
    queueCopy(head(HttpResponseStatus.OK.code(), headers, ""));
  }

  private static ByteBuf head(int status, Map<String, String> headers, String framing) {
    StringBuilder head = new StringBuilder("HTTP/1.1 ");
    head.append(HttpResponseStatus.valueOf(status)).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append(framing).append("connection: close\r\n\r\n");
    return Unpooled.copiedBuffer(head, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void write(SharedFrames frames, EventParts parts) {
    if (!closing) {
      int sent =
          encrypted ? writeEncrypted(frames.bytes(), parts) : writeNow(frames.bytes(), parts);
      if (sent < parts.bytes()) {
        queue(frames, parts, sent);
      }
    }
    frames.release();
  }

  /** Writes all parts together, so that they are encrypted in as few records as possible. */
  private int writeEncrypted(ByteBuffer payloads, EventParts parts) {
    ByteBuffer all = ByteBuffer.allocate(parts.bytes());
    parts.copyTo(all, payloads);
    queueCopy(Unpooled.wrappedBuffer(all));
    return parts.bytes();
  }

  /** Writes directly to the socket if no earlier data is pending. */
  private int writeNow(ByteBuffer payloads, EventParts parts) {
    // Without an outbound buffer the channel is closed, and its file descriptor may already belong
    // to another socket.
    boolean closed = channel.unsafe().outboundBuffer() == null;
    if (socket == null || closed || unsentBytes() > 0) {
      return 0;
    }
    try {
      return GatheringWriter.write(socket, payloads, parts);
    } catch (IOException e) {
      closing = true;
      channel.pipeline().fireExceptionCaught(e);
      return parts.bytes(); // the peer is gone, so treat the bytes as sent
    }
  }

  /** Queues the parts in Netty without the bytes that were sent. Payloads remain shared. */
  private void queue(SharedFrames frames, EventParts parts, int sent) {
    int skip = sent;
    for (int i = 0; i < parts.count(); i++) {
      int textBytes = parts.textEnd(i) - parts.textStart(i);
      int skipped = Math.min(skip, textBytes);
      if (skipped < textBytes) {
        queueCopy(
            Unpooled.copiedBuffer(parts.text(), parts.textStart(i) + skipped, textBytes - skipped));
      }
      skip -= skipped;
      int payloadBytes = parts.to(i) - parts.from(i);
      skipped = Math.min(skip, payloadBytes);
      if (skipped < payloadBytes) {
        queuePayload(frames, parts.from(i) + skipped, parts.to(i));
      }
      skip -= skipped;
    }
  }

  private void queuePayload(SharedFrames frames, int from, int to) {
    ByteBuffer slice = frames.bytes().slice(from, to - from);
    if (slice.isDirect()) {
      frames.retain();
      channel.unsafe().write(new SharedFramesBuffer(frames, slice), channel.voidPromise());
    } else if (SharedFramesRegion.isAcceptedBy(channel)) {
      frames.retain();
      channel.unsafe().write(new SharedFramesRegion(frames, from, to), channel.voidPromise());
    } else {
      queueCopy(Unpooled.wrappedBuffer(slice)); // heap memory is not pooled
    }
  }

  /**
   * Queues bytes that Netty copies into direct memory. If that is refused, the client would miss
   * them without notice, so the connection is closed. TLS also refuses them after the client has
   * ended it.
   */
  private void queueCopy(ByteBuf bytes) {
    ChannelPromise written = channel.newPromise();
    if (encrypted) {
      channel.writeAndFlush(bytes, written);
    } else {
      channel.unsafe().write(bytes, written);
    }
    Throwable refused = written.cause();
    if (refused != null && channel.isActive()) {
      if (refused instanceof IOException) {
        log.debug("Lost the connection to {}: {}", peer, refused.getMessage());
      } else {
        failureLog.error("Failed to queue events for {}; closing the connection", peer, refused);
      }
      closing = true;
      channel.close();
    }
  }

  @Override
  public void flush() {
    if (unsentBytes() > 0) {
      channel.unsafe().flush();
    }
  }

  @Override
  public void end() {
    if (closing || !channel.isActive()) {
      return;
    }
    closing = true;
    ChannelPromise sent = channel.newPromise();
    sent.addListener(LingeringClose.INSTANCE);
    if (encrypted) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER, sent);
    } else {
      channel.unsafe().write(Unpooled.EMPTY_BUFFER, sent);
      channel.unsafe().flush();
    }
    // A peer that does not read would block the last bytes forever.
    LingeringClose.closeAfter(channel, closeTimeout);
  }
}
