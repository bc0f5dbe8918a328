package io.greenlang.metrics.collectors.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verifies the parsers with files that Linux wrote. */
class ProcParsersTest {

  @TempDir Path root;
  private FileTree tree;

  @BeforeEach
  void createTree() {
    tree = new FileTree(root);
  }

  @Test
  void procStat_processorOffline_keepsKernelNumbers() {
    tree.write(
        "/proc/stat",
        "cpu  1950583 10808 189064 883841 2615 7 17417 11927 12 0",
        "cpu0 970648 5696 87982 453238 417 3 9232 5980 6 0",
        "cpu2 979934 5111 101082 430603 2197 4 8185 5946 6 0",
        "intr 14505667 0 0",
        "cpufreq 1 2 3");
    Map<String, long[]> ticks = new ProcStat(tree.files()).read();
    assertThat(ticks.keySet()).containsExactly("0", "2");
    assertThat(ticks.get("2")).containsExactly(979934, 5111, 101082, 430603, 2197, 4, 8185, 5946);
  }

  @Test
  void procStat_totalOnly_hasOneEntryForAll() {
    tree.write("/proc/stat", "cpu  100 0 50 800", "intr 1");
    Map<String, long[]> ticks = new ProcStat(tree.files()).read();
    assertThat(ticks.keySet()).containsExactly("");
    assertThat(ticks.get("")).containsExactly(100, 0, 50, 800, 0, 0, 0, 0);
  }

  @Test
  void netDev_recordedFile_hasCountersOfEachInterface() {
    tree.write(
        "/proc/net/dev",
        "Inter-|   Receive                                                |  Transmit",
        " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs"
            + " drop fifo colls carrier compressed",
        "    lo: 5000 50 0 0 0 0 0 0 5000 50 0 0 0 0 0 0",
        "  eth0:1488316231 1211219 3 4 0 0 0 0 93017734 510423 5 6 0 0 0 0",
        "eth0:1: 1 2 3 4 0 0 0 0 5 6 7 0 0 0 0 0");
    assertThat(new NetDev(tree.files()).read())
        .containsExactly(
            new NetDev.Line("lo", 5000, 50, 0, 0, 5000, 50, 0),
            new NetDev.Line("eth0", 1488316231L, 1211219, 3, 4, 93017734L, 510423, 5),
            new NetDev.Line("eth0:1", 1, 2, 3, 4, 5, 6, 7));
  }

  @Test
  void netDev_lineCut_hasUnknownCounters() {
    tree.write("/proc/net/dev", "  eth0: 100 2");
    assertThat(new NetDev(tree.files()).read())
        .containsExactly(new NetDev.Line("eth0", 100, 2, -1, -1, -1, -1, -1));
  }

  @Test
  void diskStats_recordedFile_isInBytesAndMilliseconds() {
    tree.write(
        "/proc/diskstats",
        "   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
        " 254       0 vda 49173 20144 4223602 36127 129463 78343 7130312 174830 0 62784 239384 0"
            + " 0 0 0 23151 28426",
        " 104       0 cciss/c0d0 1 0 2 0 3 0 4 0 0 5 0");
    tree.write("/sys/block/vda/hidden", "0").write("/sys/block/nvme0c0n1/hidden", "1");
    tree.write("/sys/block/cciss!c0d0/device/model", "LOGICAL VOLUME");
    DiskStats stats = new DiskStats(tree.files());
    assertThat(stats.read())
        .containsExactly(
            new DiskStats.Line("loop0", 0, 0, 0, 0, 0),
            new DiskStats.Line("vda", 49173, 4223602L * 512, 129463, 7130312L * 512, 62784),
            new DiskStats.Line("cciss/c0d0", 1, 1024, 3, 2048, 5));
    assertThat(stats.isWhole("vda")).isTrue();
    assertThat(stats.isWhole("vda1")).isFalse();
    assertThat(stats.isWhole("nvme0c0n1")).isFalse();
    assertThat(stats.hasDevice("vda")).isFalse();
    assertThat(stats.hasDevice("cciss/c0d0")).isTrue();
  }
}
