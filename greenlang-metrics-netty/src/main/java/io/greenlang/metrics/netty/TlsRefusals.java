package io.greenlang.metrics.netty;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.netty.internal.connection.ChannelAddresses;
import io.greenlang.metrics.netty.internal.socket.LingeringClose;
import io.greenlang.metrics.netty.internal.tls.TlsServer;
import io.greenlang.metrics.websocket.transport.TransportContext;
import io.netty.channel.Channel;
import org.slf4j.LoggerFactory;

/**
 * The connections to a port with TLS that do not speak TLS, or whose handshake fails. Clients can
 * cause any number of them, so they are counted and logged at most once per minute. Thread-safe.
 */
final class TlsRefusals implements TlsServer.Listener {

  /** The maximum length of a reason, because some of Netty's contain all bytes of the client. */
  private static final int MAX_REASON = 120;

  private final ThrottledLog log = new ThrottledLog(LoggerFactory.getLogger(TlsRefusals.class));
  private final TransportContext context;

  /** Creates the refusals of a server. */
  TlsRefusals(TransportContext context) {
    this.context = context;
  }

  @Override
  public void onPlainText(Channel channel) {
    context.countRejectedConnection();
    log.warn(
        "Refused a connection of {}, because it does not begin with TLS; clients must use wss or"
            + " https",
        ChannelAddresses.clientLabel(channel));
    channel.writeAndFlush(HttpResponses.tlsRequired()).addListener(LingeringClose.INSTANCE);
  }

  @Override
  public void onFailedHandshake(Channel channel, Throwable cause) {
    context.countRejectedConnection();
    log.warn(
        "Refused a connection of {}, because its TLS handshake failed: {}",
        ChannelAddresses.clientLabel(channel),
        reason(cause));
  }

  /** Returns the message of an exception, in one line of limited length. */
  private static String reason(Throwable cause) {
    String text = String.valueOf(cause.getMessage()).replaceAll("[^ -~]", "?");
    return text.length() > MAX_REASON ? text.substring(0, MAX_REASON) + "..." : text;
  }
}
