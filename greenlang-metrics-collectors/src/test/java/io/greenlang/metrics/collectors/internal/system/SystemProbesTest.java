package io.greenlang.metrics.collectors.internal.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.FakeTime;
import io.greenlang.metrics.collectors.internal.support.CachedTags;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemProbesTest {

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
  void fileSystemProbe_unreadable_isOmitted(@TempDir Path folder) throws IOException {
    Path table = Files.writeString(folder.resolve("mounts"), "/dev/x /no/such/mount ext4 rw 0 0\n");
    new FileSystemProbe(new File("/no/such/directory"), new Mounts(table), new FakeTime())
        .read(samples);
    assertThat(names()).isEmpty();
  }

  @Test
  void fileSystemProbe_unmounted_isOmittedAtOnce(@TempDir Path folder) throws IOException {
    Path table = folder.resolve("mounts");
    Path mount = Files.createDirectory(folder.resolve("usb"));
    Files.writeString(table, "/dev/sdb1 " + mount + " ext4 rw 0 0\n");
    FileSystemProbe probe = new FileSystemProbe(new File("/"), new Mounts(table), new FakeTime());
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
            new FakeTime())
        .read(samples);
    samples.gauge("uptime", 1);
    assertThat(names()).containsExactly("uptime");
    assertThat(log).hasSize(1);
    assertThat(log.get(0)).startsWith("Failed to read the memory");
  }
}
