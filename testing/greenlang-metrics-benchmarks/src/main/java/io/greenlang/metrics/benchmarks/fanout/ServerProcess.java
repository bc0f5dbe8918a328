package io.greenlang.metrics.benchmarks.fanout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Process whose CPU time and memory are read from Linux' {@code /proc}. */
public final class ServerProcess {

  /** The beginning of the names of the JIT compiler's threads; the kernel cuts the rest. */
  private static final Pattern COMPILER = Pattern.compile("C[12] CompilerThre.*");

  private final Path directory;

  /** Opens a process by its ID. */
  public ServerProcess(long pid) {
    directory = Path.of("/proc", Long.toString(pid));
    if (!Files.exists(directory.resolve("task"))) {
      throw new IllegalArgumentException("process " + pid + " does not exist (--pid)");
    }
  }

  /**
   * Returns the CPU time of each thread in nanoseconds, by thread ID. The source is {@code
   * schedstat}, which counts nanoseconds. The clock ticks of {@code stat} are 10 ms, so a thread
   * that works for less than one tick could stay invisible forever.
   */
  public Map<String, Long> cpuNanosByThread() {
    Map<String, Long> nanos = new HashMap<>();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(directory.resolve("task"))) {
      for (Path thread : threads) {
        try {
          String[] fields = Files.readString(thread.resolve("schedstat")).split(" ", 2);
          nanos.put(thread.getFileName().toString(), Long.parseLong(fields[0]));
        } catch (NoSuchFileException e) {
          // The thread has just ended; its CPU time is missing from this figure.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the server process has ended", e);
    }
    return nanos;
  }

  /**
   * Returns the CPU time of each thread without those of the JIT compiler. It compiles once, and
   * for minutes while the load is low, so its time would count more for few deliveries.
   */
  public Map<String, Long> cpuNanosWithoutCompiler() {
    Map<String, Long> nanos = cpuNanosByThread();
    nanos.keySet().removeIf(this::isCompiler);
    return nanos;
  }

  private boolean isCompiler(String thread) {
    try {
      Path name = directory.resolve("task").resolve(thread).resolve("comm");
      return COMPILER.matcher(Files.readString(name).strip()).matches();
    } catch (IOException e) {
      return true; // the thread has ended, as only compilers do during a measurement
    }
  }

  /**
   * Returns the CPU time between two samples. It is computed by thread, because a JVM's compiler
   * threads come and go: the difference of two sums would subtract the whole lifetime of a thread
   * that ended.
   */
  public static long cpuNanosBetween(Map<String, Long> before, Map<String, Long> after) {
    long nanos = 0;
    for (Map.Entry<String, Long> thread : after.entrySet()) {
      nanos += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
    }
    return nanos;
  }

  /** Returns the resident memory in KiB. */
  public long residentKilobytes() {
    try {
      for (String line : Files.readAllLines(directory.resolve("status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException("the server process has ended", e);
    }
  }
}
