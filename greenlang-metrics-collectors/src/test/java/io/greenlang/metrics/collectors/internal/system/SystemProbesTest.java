package io.greenlang.metrics.collectors.internal.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.ManualSleeper;
import io.greenlang.metrics.collectors.internal.linux.KernelFiles;
import io.greenlang.metrics.collectors.internal.support.CachedTags;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.io.File;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemProbesTest {

  @TempDir private Path folder;

  private final SampleCollector samples =
      new SampleCollector(Channel.SYSTEM, new CachedTags(Tags.empty()));

  private List<String> names() {
    return samples.metrics().stream().map(Metric::name).toList();
  }

  @Test
  void collector_unknownValues_areOmitted() {
    samples.gauge("cpu.frequency", -1);
    samples.gauge("load.1m", Double.NaN);
    samples.counter("network.bytes_sent", -1);
    samples.percent("memory.percent", 0, 0);
    samples.gauge("swap.used", 0);
    assertThat(names()).containsExactly("swap.used");
  }

  @Test
  void fileSystemProbe_unreadable_isOmitted() throws IOException {
    Path table = Files.writeString(folder.resolve("mounts"), "/dev/x /no/such/mount ext4 rw 0 0\n");
    new FileSystemProbe(new File("/no/such/directory"), new Mounts(table), new ManualSleeper())
        .read(samples);
    assertThat(names()).isEmpty();
  }

  @Test
  void fileSystemProbe_unmounted_isOmittedAtOnce() throws IOException {
    Path table = folder.resolve("mounts");
    Path mount = Files.createDirectory(folder.resolve("usb"));
    Files.writeString(table, "/dev/sdb1 " + mount + " ext4 rw 0 0\n");
    FileSystemProbe probe =
        new FileSystemProbe(new File("/"), new Mounts(table), new ManualSleeper());
    ProbeTester tester = new ProbeTester(probe);
    assertThat(tester.collect().tagValues("mount")).containsExactly(mount.toString());
    Files.writeString(table, "");
    assertThat(tester.collect().tagValues("mount")).isEmpty();
  }

  @Test
  void guardedProbe_probeThrows_logsAndKeepsOtherMetrics() {
    List<String> log = new ArrayList<>();
    SystemProbes.Probe brokenProbe =
        unused -> {
          throw new IllegalStateException("/proc is not mounted");
        };
    new SystemProbes(
            Map.of("the memory", brokenProbe),
            (message, thrown) -> log.add(message),
            new ManualSleeper())
        .read(samples);
    samples.gauge("uptime", 1);
    assertThat(names()).containsExactly("uptime");
    assertThat(log).hasSize(1);
    assertThat(log.get(0)).startsWith("Failed to read the memory");
  }

  @Test
  void guardedProbe_interruptedWhileReading_endsCollectionWithoutLog() throws IOException {
    List<String> log = new ArrayList<>();
    String file = Files.writeString(folder.resolve("file"), "1").toString();
    SystemProbes.Probe interrupted =
        unused -> {
          Thread.currentThread().interrupt(); // as the collector does to stop
          new KernelFiles(Path.of("/")).read(file);
        };
    SystemProbes probes =
        new SystemProbes(
            Map.of("the memory", interrupted),
            (message, thrown) -> log.add(message),
            new ManualSleeper());
    assertThatThrownBy(() -> probes.read(samples))
        .hasCauseInstanceOf(ClosedByInterruptException.class);
    assertThat(Thread.interrupted()).as("the runner sees the interrupt").isTrue();
    assertThat(log).isEmpty();
  }

  @Test
  void open_interrupted_endsBeforeTheNextPart() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> SystemProbes.open(SystemProbes.bestProvider(), new ManualSleeper()))
        .isInstanceOf(CancellationException.class)
        .hasMessage("interrupted before opening the processors");
    assertThat(Thread.interrupted()).isTrue();
  }
}
