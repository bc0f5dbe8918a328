package io.greenlang.metrics.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** An instance in a process with a small heap. The test communicates with it line by line. */
final class SmallHeapProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader replies;
  private final PrintWriter requests;

  private SmallHeapProcess(Process process) {
    this.process = process;
    this.replies = process.inputReader(UTF_8);
    this.requests = new PrintWriter(process.outputWriter(UTF_8), true);
  }

  /** Starts a process, and returns when its instance is connected. */
  static SmallHeapProcess start(String url, int megabytes) {
    try {
      SmallHeapProcess small =
          new SmallHeapProcess(
              new ProcessBuilder(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-Xmx" + megabytes + "m",
                      "-cp",
                      System.getProperty("java.class.path"),
                      SmallHeapProcess.class.getName(),
                      url)
                  .redirectError(ProcessBuilder.Redirect.INHERIT)
                  .start());
      small.status();
      return small;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the instance's health, and the number of values delivered and of gaps. */
  Map<String, Double> status() {
    requests.println();
    try {
      String line = replies.readLine();
      if (line == null) {
        throw new IllegalStateException("the process has ended");
      }
      Map<String, Double> figures = new TreeMap<>();
      for (String word : line.split(" ", -1)) {
        String[] parts = word.split("=", 2);
        figures.put(parts[0], Double.valueOf(parts[1]));
      }
      return figures;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Runs the process, which ends with its input. */
  public static void main(String[] url) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    try (Instance instance = Instance.start(url[0]).awaitConnected()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        StringBuilder reply = new StringBuilder();
        instance.broker.state().health().forEach((k, v) -> reply.append(k + "=" + v + " "));
        reply.append("values=" + instance.values().size() + " ");
        reply.append("gaps=" + instance.journal.interruptions(Instance.ORDERS).size());
        System.out.println(reply);
      }
    }
  }
}
