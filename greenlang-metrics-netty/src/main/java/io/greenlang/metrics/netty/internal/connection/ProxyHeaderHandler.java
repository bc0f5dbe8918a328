package io.greenlang.metrics.netty.internal.connection;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.transport.ClientAddress;
import io.greenlang.metrics.websocket.transport.Proxies;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first handler of a connection that must begin with a PROXY header. It closes connections of
 * other programs than trusted proxies, and those without a well-formed header within the time and
 * length that it may take. After the header it replaces itself by the connection's other handlers.
 * The connection's I/O thread owns it.
 */
public final class ProxyHeaderHandler extends ByteToMessageDecoder {

  private static final Logger log = LoggerFactory.getLogger(ProxyHeaderHandler.class);
  private static final ThrottledLog refusalLog = new ThrottledLog(log);

  /** The events of a connection that waits for its PROXY header. */
  public interface Listener {

    /** Adds the other handlers, because the header has arrived. */
    void onHeader();

    /** Counts the connection, because it is refused. */
    void onRefused();

    /** Ends the wait: the header has arrived, or the connection is closed. */
    void onEnd();
  }

  private final Proxies proxies;
  private final RequestTimeout timeout;
  private final Listener listener;

  /**
   * Creates a handler of one connection.
   *
   * @param timeout the time that the header may take
   */
  public ProxyHeaderHandler(Proxies proxies, RequestTimeout timeout, Listener listener) {
    this.proxies = proxies;
    this.timeout = timeout;
    this.listener = listener;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ClientAddress peer = ChannelAddresses.ofSocket(ctx.channel());
    if (peer == null || !proxies.trusts(peer.address())) {
      refuse(ctx, "it is not in TRUSTED_PROXIES");
    } else {
      timeout.restart(ctx);
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    timeout.cancel();
    listener.onEnd();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf input, List<Object> output) {
    ProxyHeader header;
    try {
      header = ProxyHeader.parse(input);
    } catch (ProxyHeader.MalformedException e) {
      input.skipBytes(input.readableBytes());
      refuse(ctx, e.getMessage());
      return;
    }
    if (header != null) {
      input.skipBytes(header.length());
      accept(ctx, header.client());
    }
  }

  private void accept(ChannelHandlerContext ctx, @Nullable ClientAddress client) {
    if (client != null) {
      ChannelAddresses.setPeer(ctx.channel(), client);
    }
    timeout.cancel();
    listener.onEnd();
    listener.onHeader();
    ctx.pipeline().remove(this); // passes on the bytes after the header
  }

  private void refuse(ChannelHandlerContext ctx, @Nullable String reason) {
    refusalLog.warn(
        "Refused a connection of {} (PROXY_PROTOCOL=on): {}",
        ctx.channel().remoteAddress(),
        reason);
    listener.onRefused();
    ctx.close();
  }

  @Override
  @SuppressWarnings(
      "deprecation") // deprecated in ChannelHandler, but not in ChannelInboundHandlerAdapter
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      log.debug("Connection ended before its PROXY header: {}", cause.getClass().getName());
    } else {
      refusalLog.warn("Failed to read a PROXY header; closing the connection", cause);
    }
    ctx.close();
  }
}
