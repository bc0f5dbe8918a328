package io.greenlang.metrics.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process that runs a main class from the class path of its parent, and that communicates with it
 * line by line: the parent writes to its standard input and reads its standard output. The program
 * should end with its input, so that it does not outlive its parent. Confined to one thread.
 */
public final class JavaProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;
  private final PrintWriter input;
  private final @Nullable Path log;

  private JavaProcess(Process process, @Nullable Path log) {
    this.process = process;
    this.output = process.inputReader(UTF_8);
    this.input = new PrintWriter(process.outputWriter(UTF_8), true);
    this.log = log;
  }

  /** Returns a builder of a process that runs a main class. */
  public static Builder builder(Class<?> mainClass) {
    return new Builder(mainClass);
  }

  /** The options of a process. Not thread-safe. */
  public static final class Builder {

    private final Class<?> mainClass;
    private final List<String> options = new ArrayList<>();
    private @Nullable String limits;
    private @Nullable Path log;

    private Builder(Class<?> mainClass) {
      this.mainClass = mainClass;
    }

    /** Adds options of the JVM, such as {@code -Xmx64m}. */
    public Builder options(String... jvmOptions) {
      options.addAll(List.of(jvmOptions));
      return this;
    }

    /** Sets a command of the shell that limits the process, such as {@code ulimit -n 300}. */
    public Builder limits(String shellCommand) {
      limits = shellCommand;
      return this;
    }

    /** Sets the file that receives the standard error. Without one, it is that of the parent. */
    public Builder log(Path file) {
      log = file;
      return this;
    }

    /**
     * Starts the process.
     *
     * @param arguments the arguments of the main class
     * @throws UncheckedIOException if the process cannot be started
     */
    public JavaProcess start(String... arguments) {
      List<String> command = new ArrayList<>();
      if (limits != null) {
        command.addAll(List.of("sh", "-c", limits + "; exec \"$@\"", "sh"));
      }
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(options);
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass.getName()));
      command.addAll(List.of(arguments));
      ProcessBuilder.Redirect error =
          log == null ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.to(log.toFile());
      try {
        return new JavaProcess(new ProcessBuilder(command).redirectError(error).start(), log);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Waits for the next line that the process writes, and returns it.
   *
   * @throws IllegalStateException if the process has ended; with its log
   */
  public String nextLine() {
    try {
      String line = output.readLine();
      if (line == null) {
        throw new IllegalStateException("the process has ended; its log: " + logText());
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes a line and waits for the line that answers it.
   *
   * @throws IllegalStateException if the process has ended; with its log
   */
  public String ask(String line) {
    tell(line);
    return nextLine();
  }

  /** Writes a line. */
  public void tell(String line) {
    input.println(line);
  }

  private String logText() throws IOException {
    return log == null ? "the standard error of this process" : Files.readString(log);
  }

  /** Returns the id of the process. */
  public long pid() {
    return process.pid();
  }

  /** Kills the process with SIGKILL, as a crash would, and waits until it has ended. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
