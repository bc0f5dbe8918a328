package io.greenlang.metrics.collectors.internal.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.collectors.ManualSleeper;
import io.greenlang.metrics.collectors.internal.linux.FileTree;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verifies disk activity with disks of the test, which come and go. */
class DiskActivityProbeTest {

  @TempDir Path root;
  private final Map<String, Long> readSectors = new LinkedHashMap<>();
  private FileTree tree;
  private ProbeTester tester;

  @BeforeEach
  void createDisk() {
    tree = new FileTree(root);
    attach("sda", 2_000);
    readSectors.put("sda1", 2_000L);
    write();
    tester =
        new ProbeTester(
            new DiskActivityProbe(
                SystemProbes.bestProvider().getHardware(), tree.files(), new ManualSleeper()));
    tester.collect();
  }

  private void attach(String name, long sectors) {
    readSectors.put(name, sectors);
    tree.write("/sys/block/" + name + "/device/model", "DISK");
  }

  private void write() {
    String[] lines =
        readSectors.entrySet().stream()
            .map(disk -> "8 0 " + disk.getKey() + " 1 0 " + disk.getValue() + " 0 1 0 8 0 0 9 0")
            .toArray(String[]::new);
    tree.write("/proc/diskstats", lines);
  }

  /** Runs a collection and returns the sectors that the total grew by. */
  private double growth() {
    double before = tester.value("disk.bytes_read");
    write();
    tester.collect();
    return (tester.value("disk.bytes_read") - before) / 512;
  }

  @Test
  void total_partitionsAndMappedVolumes_areNotCountedTwice() {
    assertThat(tester.value("disk.bytes_read")).isEqualTo(2_000 * 512);
    for (String volume : new String[] {"dm-0", "md127", "loop3", "zram0"}) {
      readSectors.put(volume, 1_000L);
      tree.write("/sys/block/" + volume + "/size", "1");
    }
    assertThat(growth()).isEqualTo(0);
    assertThat(tester.collect().tagValues("disk")).containsExactly("/dev/sda");
  }

  @Test
  void total_networkBlockDevice_isCounted() {
    readSectors.put("rbd0", 10L);
    tree.write("/sys/block/rbd0/size", "1");
    assertThat(growth()).isEqualTo(10);
  }

  @Test
  void total_diskAttached_isFoundInFirstCollection() {
    attach("sdb", 30);
    assertThat(growth()).isEqualTo(30);
    readSectors.put("sdb", 40L);
    assertThat(growth()).isEqualTo(10);
  }

  @Test
  void total_diskDetachedAndAttachedAgain_countsFromZero() {
    attach("sdb", 1_000);
    assertThat(growth()).isEqualTo(1_000);
    readSectors.remove("sdb");
    tree.delete("/sys/block/sdb");
    assertThat(growth()).isEqualTo(0);
    attach("sdb", 900);
    assertThat(growth()).isEqualTo(900);
  }
}
