package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import org.junit.jupiter.api.Test;

/** A server that starts on a thread whose context class loader knows nothing of the application. */
class ContextClassLoaderTest {

  @Test
  void start_otherContextClassLoader_findsTheTransport() throws InterruptedException {
    try (MetricsHub hub = MetricsHub.create();
        MetricsWebSocketServer server =
            MetricsWebSocketServer.builder(hub)
                .host("127.0.0.1")
                .port(0)
                .allowAnonymous()
                .build()) {
      Thread thread = new Thread(server::start);
      thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
      thread.start();
      thread.join();
      assertThat(server.stats().running()).isTrue();
    }
  }
}
