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

/** An instance in a process of its own, whose heap is small. It is asked by lines. */
final class SmallHeap implements AutoCloseable {

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter questions;

  private SmallHeap(Process process) {
    this.process = process;
    this.answers = process.inputReader(UTF_8);
    this.questions = new PrintWriter(process.outputWriter(UTF_8), true);
  }

  /** Starts one, and returns when it is connected. */
  static SmallHeap start(String url, int megabytes) {
    try {
      SmallHeap started =
          new SmallHeap(
              new ProcessBuilder(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-Xmx" + megabytes + "m",
                      "-cp",
                      System.getProperty("java.class.path"),
                      SmallHeap.class.getName(),
                      url)
                  .redirectError(ProcessBuilder.Redirect.INHERIT)
                  .start());
      started.ask();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * How it fares: its health, how many values were delivered, and how often it was told of gaps.
   */
  Map<String, Double> ask() {
    questions.println();
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException("the process has ended");
      }
      Map<String, Double> all = new TreeMap<>();
      for (String word : line.split(" ", -1)) {
        String[] parts = word.split("=", 2);
        all.put(parts[0], Double.valueOf(parts[1]));
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** The process. It ends with its input. */
  public static void main(String[] url) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    try (Instance instance = Instance.at(url[0]).awaitTogether()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        StringBuilder answer = new StringBuilder();
        instance.broker.state().health().forEach((k, v) -> answer.append(k + "=" + v + " "));
        answer.append("values=" + instance.values().size() + " ");
        answer.append("gaps=" + instance.journal.interruptions(Instance.ORDERS).size());
        System.out.println(answer);
      }
    }
  }
}
