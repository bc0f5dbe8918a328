package io.greenlang.metrics.redis.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A hub that is built on a thread whose context class loader knows nothing of the application. */
final class ContextClassLoaderTest {

  @Test
  void build_otherContextClassLoader_findsTheBroker() {
    CompletableFuture<MetricsHub> built = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () ->
                built.completeAsync(
                    () -> MetricsHub.builder().redisUrl("redis://127.0.0.1:1").build(),
                    Runnable::run));
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    thread.start();
    try (MetricsHub hub = built.join()) {
      assertThat(hub.channels()).isNotEmpty();
    }
  }
}
