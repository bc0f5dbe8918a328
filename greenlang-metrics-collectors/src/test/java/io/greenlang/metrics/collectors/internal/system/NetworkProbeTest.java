package io.greenlang.metrics.collectors.internal.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.CollectedMetrics;
import io.greenlang.metrics.collectors.ManualSleeper;
import io.greenlang.metrics.collectors.internal.linux.FileTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verifies the traffic with interfaces of the test, which come and go. */
class NetworkProbeTest {

  private static final String INTERFACES = "/sys/class/net/";

  @TempDir Path root;
  private final Map<String, Long> sentBytes = new LinkedHashMap<>();
  private final ManualSleeper time = new ManualSleeper();
  private FileTree tree;
  private ProbeTester tester;
  private int latestIndex;

  @BeforeEach
  void createTree() {
    tree = new FileTree(root);
    sentBytes.put("lo", 77L);
    writeCounters();
    tester =
        new ProbeTester(
            new NetworkProbe(SystemProbes.bestProvider().getHardware(), tree.files(), time));
  }

  private void writeCounters() {
    String[] lines =
        sentBytes.entrySet().stream()
            .map(
                entry ->
                    entry.getKey() + ": 0 0 0 0 0 0 0 0 " + entry.getValue() + " 1 0 0 0 0 0 0")
            .toArray(String[]::new);
    tree.write("/proc/net/dev", lines);
  }

  private void create(String name, long sent) {
    sentBytes.put(name, sent);
    latestIndex++;
    tree.write(INTERFACES + name + "/ifindex", Integer.toString(latestIndex));
  }

  private void createCard(String name, long sent) {
    create(name, sent);
    tree.write(INTERFACES + name + "/device/vendor", "0x8086");
  }

  private void delete(String name) {
    sentBytes.remove(name);
    tree.delete(INTERFACES + name);
  }

  private void open() {
    writeCounters();
    tester.collect();
  }

  /** Runs a collection one second later, and returns the growth of the total since the previous. */
  private double growth() {
    double before = total();
    time.advance(Duration.ofSeconds(1));
    writeCounters();
    tester.collect();
    return total() - before;
  }

  private double total() {
    return tester.value("network.bytes_sent");
  }

  @Test
  void total_firstCollection_isCountSinceBootOfCards() {
    createCard("eth0", 4_000_000);
    create("docker0", 1_000_000);
    open();
    assertThat(total()).isEqualTo(4_000_000);
  }

  @Test
  void total_recreatedBetweenTwoCollections_growsByTrafficOfSuccessor() {
    create("eth0", 4_180_000);
    open();
    for (long sent : new long[] {210_000, 420_000, 630_000}) {
      if (sent == 210_000) {
        delete("eth0");
        create("eth0", 0);
      }
      sentBytes.put("eth0", sent);
      assertThat(growth()).isEqualTo(210_000);
    }
  }

  @Test
  void total_recreatedAndBusierThanBefore_countsAllOfIt() {
    create("eth0", 100);
    open();
    delete("eth0");
    create("eth0", 5_000);
    assertThat(growth()).isEqualTo(5_000);
  }

  @Test
  void total_awayForLonger_isFoundInFirstCollectionAfterItsReturn() {
    create("eth0", 4_180_000);
    open();
    delete("eth0");
    for (int i = 0; i < 5; i++) {
      assertThat(growth()).isEqualTo(0);
    }
    create("eth0", 210_000);
    assertThat(growth()).isEqualTo(210_000);
    sentBytes.put("eth0", 420_000L);
    assertThat(growth()).isEqualTo(210_000);
  }

  @Test
  void total_sameInterfaceReturnsWithItsCount_isNotCountedAgain() {
    create("eth0", 1_000_000);
    create("eth1", 50);
    open();
    sentBytes.remove("eth0");
    assertThat(growth()).isEqualTo(0);
    sentBytes.put("eth0", 1_000_100L);
    assertThat(growth()).isEqualTo(100);
  }

  @Test
  void total_renamed_isNotCountedAgain() {
    create("eth0", 1_000_000);
    open();
    delete("eth0");
    latestIndex--;
    create("ens5", 1_000_200);
    assertThat(growth()).isEqualTo(200);
  }

  @Test
  void total_driverResetsCounters_addsNewCounts() {
    createCard("eth0", 1_000_000);
    open();
    sentBytes.put("eth0", 300L);
    assertThat(growth()).isEqualTo(300);
  }

  @Test
  void total_virtualFunctionAppearsAndGetsMaster_isCountedOnce() {
    createCard("eth0", 1_000_000);
    open();
    createCard("enP1s1", 0);
    assertThat(growth()).isEqualTo(0);
    tree.link(INTERFACES + "enP1s1/master", "../eth0");
    sentBytes.put("enP1s1", 70_000L);
    sentBytes.put("eth0", 1_070_000L);
    assertThat(growth()).isEqualTo(70_000);
    assertThat(tester.collect().tagValues("interface")).contains("eth0", "enP1s1", "lo");
  }

  @Test
  void total_partLeavesItsMaster_addsOnlyLaterGrowth() {
    createCard("eth0", 1_000_000);
    createCard("enP1s1", 900_000);
    tree.link(INTERFACES + "enP1s1/master", "../eth0");
    open();
    assertThat(total()).isEqualTo(1_000_000);
    tree.delete(INTERFACES + "enP1s1/master");
    time.advance(LinuxInterfaces.SELECTION_INTERVAL);
    assertThat(growth()).isEqualTo(0);
    sentBytes.put("enP1s1", 900_010L);
    assertThat(growth()).isEqualTo(10);
  }

  @Test
  void total_bondOfCards_isCountedOnce() {
    createCard("eth0", 300);
    createCard("eth1", 200);
    create("uplink", 500);
    tree.link(INTERFACES + "eth0/master", "../uplink");
    tree.link(INTERFACES + "eth1/master", "../uplink");
    open();
    assertThat(total()).isEqualTo(500);
  }

  @Test
  void interfaces_thousands_areLimitedWithCardsFirst() {
    for (int i = 0; i < 3_000; i++) {
      sentBytes.put("veth" + i, 1L);
    }
    createCard("eth0", 5);
    open();
    CollectedMetrics now = tester.collect();
    assertThat(now.tagValues("interface")).hasSize(16).contains("eth0");
    assertThat(now.value("network.interface.bytes_sent", Tags.of("interface", "eth0")))
        .isEqualTo(5);
    assertThat(total()).isEqualTo(5);
  }
}
