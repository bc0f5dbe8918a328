package io.greenlang.metrics.collectors;

import static io.greenlang.metrics.collectors.ManualSleeper.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Tags;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Verifies the metrics of cores, mounts, disks and interfaces against Linux's own tools. */
@EnabledOnOs(OS.LINUX)
class SystemPartsTest {

  private static final Tags HOST = Tags.of("host", "h");
  private static final int MEGABYTE = 1_000_000;

  private final SystemMetricSource source = SystemMetricSource.create(HOST);

  private CollectedMetrics collect() {
    return CollectedMetrics.of(source.collect());
  }

  private static Tags partTags(String dimension, String part) {
    return HOST.with(dimension, part);
  }

  @Test
  void collect_cores_matchProcAndSumToTotal() {
    collect();
    CollectedMetrics now =
        await()
            .atMost(TIMEOUT)
            .until(this::collect, found -> found.names().contains("cpu.core.percent"));
    int cores = (int) now.value("cpu.count", HOST);
    assertThat(now.tagValues("cpu")).hasSize(cores).contains("0");
    double sum = 0;
    for (String core : now.tagValues("cpu")) {
      double percent = now.value("cpu.core.percent", partTags("cpu", core));
      assertThat(percent).isBetween(0.0, 100.0);
      sum += percent;
    }
    // Not exactly: an idle core may have one tick of 10 ms more or less than a busy one.
    assertThat(sum / cores).isCloseTo(now.value("cpu.percent", HOST), within(5.0));
  }

  @Test
  void collect_mounts_matchDf() {
    assumeThat(collect().tagValues("mount")).as("a file system on a device").isNotEmpty();
    // The other programs of a busy machine can write between two samples.
    await().atMost(TIMEOUT).untilAsserted(this::assertMountsMatchDf);
  }

  private void assertMountsMatchDf() throws IOException {
    CollectedMetrics now = collect();
    for (String mount : now.tagValues("mount")) {
      long[] df = ProcFs.df(mount);
      Tags tags = partTags("mount", mount);
      assertThat(now.value("disk.mount.total", tags)).isEqualTo((double) df[0]);
      assertThat(now.value("disk.mount.used", tags))
          .isCloseTo((double) df[1], within(256.0 * MEGABYTE));
      assertThat(now.value("disk.mount.percent", tags)).isCloseTo((double) df[3], within(1.1));
    }
  }

  @Test
  void collect_interfaces_areBetweenTwoSamplesOfIp() throws IOException {
    collect(); // so that only one collection happens between the two samples
    for (String device : collect().tagValues("interface")) {
      long[] before = ProcFs.ip(device);
      CollectedMetrics now = collect();
      long[] after = ProcFs.ip(device);
      String[] names = {
        "bytes_recv", "packets_recv", "errors_recv", "bytes_sent", "packets_sent", "errors_sent"
      };
      for (int i = 0; i < names.length; i++) {
        assertThat(now.value("network.interface." + names[i], partTags("interface", device)))
            .as(device + " " + names[i])
            .isBetween((double) before[i], (double) after[i]);
      }
    }
  }

  @Test
  void network_loopbackTraffic_countsOnlyForLoopback() throws IOException {
    CollectedMetrics before = collect();
    byte[] payload = new byte[50_000];
    int datagrams = 100;
    try (DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        DatagramSocket sender = new DatagramSocket()) {
      for (int i = 0; i < datagrams; i++) {
        sender.send(
            new DatagramPacket(
                payload,
                payload.length,
                InetAddress.getLoopbackAddress(),
                receiver.getLocalPort()));
      }
    }
    CollectedMetrics after = collect();
    Tags loopback = partTags("interface", "lo");
    for (String name : new String[] {"bytes_sent", "bytes_recv"}) {
      String counter = "network.interface." + name;
      assertThat(after.value(counter, loopback) - before.value(counter, loopback))
          .isGreaterThanOrEqualTo((double) payload.length * datagrams);
    }
    assertThat(after.value("network.interface.packets_sent", loopback))
        .isGreaterThanOrEqualTo(
            before.value("network.interface.packets_sent", loopback) + datagrams);
    assertThat(after.tagValues("interface")).contains("lo");
  }

  @Test
  void disk_fileIsWritten_diskAndTotalCountersIncrease(@TempDir Path folder) throws IOException {
    CollectedMetrics before = collect();
    assumeThat(before.tagValues("disk")).as("a physical disk").isNotEmpty();
    assumeThat(ProcFs.isOnDisk(folder)).as("a temporary folder on a disk").isTrue();
    int written = 32 * MEGABYTE;
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(written));
      file.force(true);
    }
    CollectedMetrics after = collect();
    assertThat(after.value("disk.bytes_written", HOST) - before.value("disk.bytes_written", HOST))
        .isGreaterThanOrEqualTo(written);
    assertThat(after.value("disk.writes", HOST)).isGreaterThan(before.value("disk.writes", HOST));
    double sumOfDisks = 0;
    for (String disk : after.tagValues("disk")) {
      sumOfDisks += after.value("disk.device.bytes_written", partTags("disk", disk));
    }
    assertThat(sumOfDisks).isEqualTo(after.value("disk.bytes_written", HOST));
  }

  @Test
  void collect_repeated_partCountersNeverDecrease() {
    CollectedMetrics before = collect();
    for (int i = 0; i < 10; i++) {
      CollectedMetrics now = collect();
      now.values()
          .forEach(
              (key, value) -> {
                if (key.name().matches("(network\\.interface|disk\\.device)\\..*")) {
                  assertThat(value)
                      .as(key.toString())
                      .isGreaterThanOrEqualTo(before.value(key.name(), key.tags()));
                }
              });
    }
  }
}
