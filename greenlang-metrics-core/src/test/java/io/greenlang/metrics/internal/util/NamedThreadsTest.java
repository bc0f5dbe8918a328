package io.greenlang.metrics.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NamedThreadsTest {

  @Test
  void start_inheritableThreadLocal_isNotInherited() throws Exception {
    InheritableThreadLocal<String> request = new InheritableThreadLocal<>();
    request.set("of the application");
    CompletableFuture<String> inherited = new CompletableFuture<>();

    Thread thread =
        NamedThreads.start("named", () -> inherited.complete(String.valueOf(request.get())));

    assertThat(inherited.get(60, TimeUnit.SECONDS)).isEqualTo("null");
    assertThat(thread.getName()).isEqualTo("named");
    assertThat(thread.isDaemon()).isTrue();
  }

  /** On Java 17, this holds without the library's doing; a second run on a newer JDK tests it. */
  @Test
  void create_contextClassLoader_isInherited() {
    Thread creator = Thread.currentThread();
    ClassLoader before = creator.getContextClassLoader();
    ClassLoader application = new ClassLoader(before) {};
    creator.setContextClassLoader(application);
    try {
      Thread created = NamedThreads.create("named", () -> {});
      assertThat(created.getContextClassLoader()).isSameAs(application);
    } finally {
      creator.setContextClassLoader(before);
    }
  }

  @Test
  void numbered_severalThreads_haveConsecutiveNames() {
    var factory = NamedThreads.numbered("worker-");

    assertThat(factory.newThread(() -> {}).getName()).isEqualTo("worker-1");
    assertThat(factory.newThread(() -> {}).getName()).isEqualTo("worker-2");
  }
}
