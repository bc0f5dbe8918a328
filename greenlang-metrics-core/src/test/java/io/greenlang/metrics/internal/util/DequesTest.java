package io.greenlang.metrics.internal.util;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests a deque of the JDK in a process whose heap is too small for it to grow. */
class DequesTest {

  /** The program of the process: it adds elements until there is no memory. */
  static final class Program {

    private Program() {}

    public static void main(String[] arguments) {
      Deque<String> deque = new ArrayDeque<>();
      Deques.addLast(deque, "first");
      long added = 1;
      String failure = "";
      while (failure.isEmpty()) {
        try {
          Deques.addLast(deque, "other");
          added++;
        } catch (OutOfMemoryError e) {
          failure = Objects.requireNonNull(e.getMessage());
        }
      }
      boolean isKept = deque.size() == added && "first".equals(deque.peekFirst());
      System.out.print(failure + ", elements kept: " + isKept);
    }
  }

  @Test
  @Timeout(120)
  void addLast_noMemoryToGrow_leavesTheDequeAsBefore() throws IOException, InterruptedException {
    ProcessBuilder java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx16m",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .redirectErrorStream(true);
    java.environment().remove("JAVA_TOOL_OPTIONS"); // the JVM would print them
    Process process = java.start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(output).isEqualTo("Java heap space, elements kept: true");
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the process has ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
  }
}
