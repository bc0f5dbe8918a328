package io.greenlang.metrics.hub;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A check after each test class of this module, registered in {@code META-INF/services}: a class
 * that leaves a hub open fails, because its timer would write into the log that a later test
 * captures.
 */
public final class OpenHubCheck implements AfterAllCallback {

  /** The timers of hubs that a class before left open. Only that class fails. */
  private static final Set<Thread> REPORTED = new HashSet<>();

  /** A closed hub does not wait for the end of its thread, which a busy machine can delay. */
  private static final long END_MILLIS = 60_000;

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    List<Thread> timers =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("greenlang-hub"))
            .filter(thread -> !REPORTED.contains(thread))
            .toList();
    for (Thread timer : timers) {
      timer.join(END_MILLIS);
      if (timer.isAlive()) {
        REPORTED.addAll(timers);
        throw new AssertionError(
            context.getDisplayName()
                + " left a MetricsHub open. Close it, or annotate its field with @AutoClose.");
      }
    }
  }
}
