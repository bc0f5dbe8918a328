package io.greenlang.metrics.netty.internal.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A handler that replaces itself with TLS when the first byte of a TLS handshake arrives (RFC 8446,
 * section 5.1). A connection that sends nothing therefore has no TLS engine. The connection's I/O
 * thread owns it.
 */
final class TlsDetector extends ByteToMessageDecoder {

  private static final int HANDSHAKE_RECORD = 22;

  private final Function<Channel, SslHandler> tls;
  private final Consumer<Channel> onPlainText;
  private boolean plainText;

  TlsDetector(Function<Channel, SslHandler> tls, Consumer<Channel> onPlainText) {
    this.tls = tls;
    this.onPlainText = onPlainText;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf input, List<Object> output) {
    if (!plainText && input.getByte(input.readerIndex()) == HANDSHAKE_RECORD) {
      ctx.pipeline().replace(this, null, tls.apply(ctx.channel()));
      return;
    }
    input.skipBytes(input.readableBytes());
    if (!plainText) {
      plainText = true;
      onPlainText.accept(ctx.channel());
    }
  }
}
