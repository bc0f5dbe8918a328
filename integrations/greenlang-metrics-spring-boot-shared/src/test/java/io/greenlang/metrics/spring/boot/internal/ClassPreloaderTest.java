package io.greenlang.metrics.spring.boot.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

/** The loading of classes beside the start of an application. */
class ClassPreloaderTest {

  private static final String IGNORED = "spring.backgroundpreinitializer.ignore";

  private final MockEnvironment environment = new MockEnvironment();

  @AfterEach
  void clear() {
    System.clearProperty(IGNORED);
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("greenlang") || name.startsWith("metric-collector"))
        .collect(Collectors.toSet());
  }

  @Test
  void create_defaults_leavesNoThread() {
    Set<String> before = threads();
    ClassPreloader.create();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(before).containsAll(threads()));
  }

  @Test
  void isUseful_severalProcessors_isTrue() {
    assertThat(ClassPreloader.isUseful(environment))
        .isEqualTo(Runtime.getRuntime().availableProcessors() > 1);
  }

  @Test
  void isUseful_metricsDisabled_isFalse() {
    environment.setProperty("greenlang.metrics.enabled", "false");
    assertThat(ClassPreloader.isUseful(environment)).isFalse();
  }

  @Test
  void isUseful_preinitializerIgnored_isFalse() {
    System.setProperty(IGNORED, "true");
    assertThat(ClassPreloader.isUseful(environment)).isFalse();
  }
}
