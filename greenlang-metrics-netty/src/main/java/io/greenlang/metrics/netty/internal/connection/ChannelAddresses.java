package io.greenlang.metrics.netty.internal.connection;

import io.greenlang.metrics.websocket.transport.ClientAddress;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a connection. The peer is the program that opened it: the one at its other end,
 * or the one that a PROXY header names. The client is the one that sent the current request: the
 * peer, or the one that a trusted proxy names in a header.
 */
public final class ChannelAddresses {

  private static final AttributeKey<ClientAddress> PEER =
      AttributeKey.valueOf(ChannelAddresses.class, "peer");
  private static final AttributeKey<ClientAddress> CLIENT =
      AttributeKey.valueOf(ChannelAddresses.class, "client");

  private ChannelAddresses() {}

  /** Sets the peer that a PROXY header names. */
  static void setPeer(Channel channel, ClientAddress peer) {
    channel.attr(PEER).set(peer);
  }

  /** Returns the peer; null if the channel is not a network connection. */
  public static @Nullable ClientAddress peer(Channel channel) {
    ClientAddress named = channel.hasAttr(PEER) ? channel.attr(PEER).get() : null;
    return named != null ? named : ofSocket(channel);
  }

  /** Returns the program at the other end; null if the channel is not a network connection. */
  static @Nullable ClientAddress ofSocket(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress inet && inet.getAddress() != null
        ? new ClientAddress(inet.getAddress().getHostAddress(), inet.getPort())
        : null;
  }

  /** Sets the client of the current request. */
  public static void setClient(Channel channel, ClientAddress client) {
    if (channel.hasAttr(CLIENT) || !client.equals(peer(channel))) {
      channel.attr(CLIENT).set(client);
    }
  }

  /** Returns the label of the client of the last request; of the peer, if it names no client. */
  public static String clientLabel(Channel channel) {
    ClientAddress named = channel.hasAttr(CLIENT) ? channel.attr(CLIENT).get() : peer(channel);
    return named != null ? named.label() : String.valueOf(channel.remoteAddress());
  }
}
