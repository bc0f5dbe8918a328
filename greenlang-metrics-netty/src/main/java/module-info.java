/** The transport for a separate port, on Netty. */
module io.greenlang.metrics.netty {
  requires transitive io.greenlang.metrics.websocket;
  requires static transitive org.jspecify;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.classes.io_uring;
  requires io.netty.transport.unix.common;
  requires org.slf4j;

  exports io.greenlang.metrics.netty;

  provides io.greenlang.metrics.websocket.transport.TransportProvider with
      io.greenlang.metrics.netty.NettyTransportProvider;
}
