package io.greenlang.metrics.collectors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** System values read from Linux without OSHI: the tests' independent reference. */
final class ProcFs {

  private ProcFs() {}

  static List<String> lines(String path) {
    try {
      return Files.readAllLines(Path.of(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the first number in a file of one line. */
  static double firstNumber(String path) {
    return Double.parseDouble(words(lines(path).get(0))[0]);
  }

  private static String[] words(String line) {
    return line.trim().split("\\s+", -1);
  }

  /** Returns a line of /proc/meminfo, in bytes. */
  static long meminfo(String key) {
    return lines("/proc/meminfo").stream()
        .filter(line -> line.startsWith(key + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  /** The processors' cumulative ticks: idle and total. */
  record CpuTicks(long idle, long total) {
    static CpuTicks now() {
      // cpu user nice system idle iowait irq softirq steal; guest time is part of user
      long[] ticks =
          Arrays.stream(words(lines("/proc/stat").get(0)))
              .skip(1)
              .limit(8)
              .mapToLong(Long::parseLong)
              .toArray();
      return new CpuTicks(ticks[3] + ticks[4], LongStream.of(ticks).sum());
    }

    double busyPercentSince(CpuTicks before) {
      return 100.0 * (1 - (idle - before.idle) / (double) (total - before.total));
    }
  }

  /** Returns the interfaces that have hardware behind them. */
  static List<Path> cards() {
    return children("/sys/class/net").filter(p -> Files.exists(p.resolve("device"))).toList();
  }

  /** Sums a column of /proc/net/dev over the cards: 0 is received bytes, 8 sent bytes. */
  static long cardBytes(int column) {
    List<String> names = cards().stream().map(p -> p.getFileName().toString()).toList();
    return lines("/proc/net/dev").stream()
        .map(line -> line.trim().split(":\\s*", -1))
        .filter(parts -> parts.length == 2 && names.contains(parts[0]))
        .mapToLong(parts -> Long.parseLong(words(parts[1])[column]))
        .sum();
  }

  /** Sums a column of /proc/diskstats over the disks: 5 is sectors read, 9 sectors written. */
  static long diskBytes(int column) {
    List<String> names =
        children("/sys/block")
            .filter(p -> Files.exists(p.resolve("device")))
            .map(p -> p.getFileName().toString())
            .toList();
    return lines("/proc/diskstats").stream()
        .map(ProcFs::words)
        .filter(parts -> names.contains(parts[2]))
        .mapToLong(parts -> Long.parseLong(parts[column]) * 512)
        .sum();
  }

  /** Returns the line of {@code df} for a mount: size, used and available in bytes, and percent. */
  static long[] df(String mount) throws IOException {
    String answer = run("df", "-B1", "--output=size,used,avail,pcent", mount);
    String line = answer.lines().skip(1).findFirst().orElseThrow().replace("%", "");
    return Arrays.stream(words(line)).mapToLong(Long::parseLong).toArray();
  }

  /** Returns the output of {@code free}: total and available memory, and total swap, in bytes. */
  static long[] free() throws IOException {
    List<String> lines = run("free", "-b").lines().toList();
    String[] memory = words(lines.get(1));
    String[] swap = words(lines.get(2));
    return new long[] {
      Long.parseLong(memory[1]), Long.parseLong(memory[6]), Long.parseLong(swap[1])
    };
  }

  /**
   * Returns the output of {@code ip -s link} for an interface: received bytes, packets and errors,
   * then sent.
   */
  static long[] ip(String device) throws IOException {
    List<String> lines = run("ip", "-s", "link", "show", "dev", device).lines().toList();
    return LongStream.concat(
            Arrays.stream(words(lines.get(3))).limit(3).mapToLong(Long::parseLong),
            Arrays.stream(words(lines.get(5))).limit(3).mapToLong(Long::parseLong))
        .toArray();
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Returns whether data written to a folder reaches a disk, and not only memory. */
  static boolean isOnDisk(Path folder) throws IOException {
    return run("df", "--output=source", folder.toString()).contains("/dev/");
  }

  /**
   * Returns the directory of this process's memory cgroup, of either version; empty in the root of
   * all cgroups.
   */
  static Optional<Path> memoryCgroup() {
    List<String> memberships = lines("/proc/self/cgroup");
    return memberships.stream()
        .filter(line -> line.contains(":memory:"))
        .map(line -> "/sys/fs/cgroup/memory" + line.substring(line.indexOf(":/") + 1))
        .findFirst()
        .or(
            () ->
                memberships.stream()
                    .filter(line -> line.startsWith("0::"))
                    .map(line -> "/sys/fs/cgroup" + line.substring(3))
                    .findFirst())
        .map(Path::of)
        .filter(directory -> !Files.exists(directory.resolve("release_agent")))
        .filter(directory -> Files.exists(directory.resolve("memory.stat")));
  }

  /** Returns the use of a memory cgroup without inactive file pages, in bytes. */
  static double workingSet(Path cgroup) {
    boolean unified = Files.exists(cgroup.resolve("memory.current"));
    String usage = unified ? "memory.current" : "memory.usage_in_bytes";
    String inactive = unified ? "inactive_file " : "total_inactive_file ";
    return firstNumber(cgroup.resolve(usage).toString())
        - lines(cgroup.resolve("memory.stat").toString()).stream()
            .filter(line -> line.startsWith(inactive))
            .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
            .sum();
  }

  /** Returns a number from /proc/self/status. */
  static double status(String key) {
    return lines("/proc/self/status").stream()
        .filter(line -> line.startsWith(key + ":"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  static Stream<Path> children(String directory) {
    try (Stream<Path> all = Files.list(Path.of(directory))) {
      return all.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
