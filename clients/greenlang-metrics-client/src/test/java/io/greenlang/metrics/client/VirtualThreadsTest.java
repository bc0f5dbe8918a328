package io.greenlang.metrics.client;

import static io.greenlang.metrics.client.fixture.ClientFixture.CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.client.fixture.ClientFixture;
import io.greenlang.metrics.client.fixture.Recorder;
import io.greenlang.metrics.client.model.MetricSubscription;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Listeners on virtual threads. Java 17 has none, so a second run on a newer JDK executes it. */
@Timeout(120)
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadsTest {

  private final ClientFixture fixture = new ClientFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void executor_ofVirtualThreads_runsAllListeners() throws ReflectiveOperationException {
    fixture.serve();
    ExecutorService virtual =
        (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    fixture.closeAfterTest(virtual::shutdown);
    Recorder client = fixture.record(fixture.client().executor(virtual));
    CompletableFuture<Object> isVirtual = new CompletableFuture<>();
    Method method = Thread.class.getMethod("isVirtual");
    client
        .client()
        .onMetric(
            CHANNEL,
            metric ->
                isVirtual.completeAsync(
                    () -> invoke(method, Thread.currentThread()), Runnable::run));
    client.client().connect();
    client.client().subscribe(MetricSubscription.of(CHANNEL)).join();
    fixture.publish("n", 1);
    assertThat(isVirtual.join()).isEqualTo(true);
  }

  private static Object invoke(Method method, Thread thread) {
    try {
      return method.invoke(thread);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
