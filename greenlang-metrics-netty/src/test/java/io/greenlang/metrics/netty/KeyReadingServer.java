package io.greenlang.metrics.netty;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.io.IOException;

/** A server in a separate process, which reads its keys at an address and prints its port. */
public final class KeyReadingServer {

  private KeyReadingServer() {}

  /** Serves until the input ends; the argument is the address of the keys. */
  public static void main(String[] arguments) throws IOException {
    try (MetricsHub hub = MetricsHub.create();
        MetricsWebSocketServer server =
            MetricsWebSocketServer.builder(hub)
                .host("127.0.0.1")
                .port(0)
                .jwtJwksUrl(arguments[0])
                .build()) {
      server.start();
      System.out.println(server.port());
      while (System.in.read() >= 0) {
        // the parent process ends the input
      }
    }
  }
}
