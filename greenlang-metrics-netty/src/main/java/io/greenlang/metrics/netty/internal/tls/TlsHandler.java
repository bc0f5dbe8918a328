package io.greenlang.metrics.netty.internal.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of one connection. A handshake can fail on another thread after its client has left. Then
 * no other handler is left for the exception, and Netty would log it: a line with a stack trace for
 * each such client.
 */
final class TlsHandler extends SslHandler {

  private static final Logger log = LoggerFactory.getLogger(TlsHandler.class);

  TlsHandler(SSLEngine engine, Executor threads) {
    super(engine, threads);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (ctx.isRemoved()) {
      log.debug("A TLS handshake failed after its client had left: {}", cause.getMessage());
    } else {
      super.exceptionCaught(ctx, cause);
    }
  }
}
