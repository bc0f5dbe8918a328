package io.greenlang.metrics.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A process seen from outside, through Linux' {@code /proc}: its CPU time and its memory. */
final class ServerProcess {

  private final Path directory;

  ServerProcess(long pid) {
    directory = Path.of("/proc", Long.toString(pid));
    if (!Files.exists(directory.resolve("task"))) {
      throw new IllegalArgumentException("there is no process " + pid + " (--pid)");
    }
  }

  /**
   * How long each of its threads has been on a core, by thread id. From {@code schedstat}, which
   * counts nanoseconds: the clock ticks of {@code stat} are 10 ms, and a thread that works for less
   * than one can stay invisible for ever.
   */
  Map<String, Long> nanosByThread() {
    Map<String, Long> nanos = new HashMap<>();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(directory.resolve("task"))) {
      for (Path thread : threads) {
        try {
          String[] fields = Files.readString(thread.resolve("schedstat")).split(" ", 2);
          nanos.put(thread.getFileName().toString(), Long.parseLong(fields[0]));
        } catch (NoSuchFileException e) {
          // The thread ended while we looked; what it did is lost to this figure.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the server is gone", e);
    }
    return nanos;
  }

  /**
   * CPU time between two readings. By thread, because a JVM's compiler threads come and go: the
   * difference of two sums would take off the whole life of one that ended.
   */
  static long nanosBetween(Map<String, Long> before, Map<String, Long> after) {
    long nanos = 0;
    for (Map.Entry<String, Long> thread : after.entrySet()) {
      nanos += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
    }
    return nanos;
  }

  /** Resident memory in KiB. */
  long residentKilobytes() {
    try {
      for (String line : Files.readAllLines(directory.resolve("status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException("the server is gone", e);
    }
  }
}
