package io.greenlang.metrics.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Tags;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pauses for garbage collection and safepoints, compared with the JVM's beans and its log. */
@Timeout(300)
class JfrPausesTest {

  private static final int COLLECTIONS = 4;
  private static final Pattern SAFEPOINT = Pattern.compile("Safepoint \".*Total: +(\\d+) ns");

  private final JfrSamples samples = new JfrSamples(JfrSource.create());

  /** Objects that each full collection copies or marks, so that its pause is not too short. */
  private final List<int[]> live = IntStream.range(0, 200_000).mapToObj(i -> new int[10]).toList();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    samples.close();
  }

  private static boolean isAny(Tags tags) {
    return tags.size() >= 0;
  }

  private static boolean isRequested(Tags tags) {
    return "System.gc()".equals(tags.get("cause"));
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  private static long collectionMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }

  @Test
  void gc_requested_isOnePauseEachWithItsCause() {
    long collectionsBefore = collections();
    long millisBefore = collectionMillis();
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    long millis = collectionMillis() - millisBefore;
    long collections = collections() - collectionsBefore;
    assertThat(live).hasSize(200_000);
    samples.awaitThat(
        () -> {
          assertThat(samples.count("jfr.gc.pause", JfrPausesTest::isRequested))
              .isEqualTo(COLLECTIONS);
          assertThat(samples.count("jfr.gc.pause", JfrPausesTest::isAny))
              .isGreaterThanOrEqualTo(collections);
        });
    // The beans count whole milliseconds, and a little more than the pause itself. Other
    // collections
    // may precede or follow the ones that they counted.
    double tolerance = 5.0 * collections + 0.2 * millis;
    assertThat(samples.sum("jfr.gc.pause", JfrPausesTest::isRequested))
        .isLessThan(millis + tolerance);
    assertThat(samples.sum("jfr.gc.pause", JfrPausesTest::isAny)).isGreaterThan(millis - tolerance);
    assertThat(samples.count("jfr.gc.pause", tags -> tags.get("collector") == null)).isZero();
    assertThat(samples.count("jfr.gc.pause", tags -> tags.asMap().containsValue("unknown")))
        .isZero();
  }

  @Test
  void safepoints_requestedCollections_agreeWithTheLog() throws Exception {
    Path log = folder.resolve("safepoints.log");
    vmLog("output=" + log, "what=safepoint=info");
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    vmLog("output=" + log, "what=all=off");
    List<Double> logged = logged(log);
    assertThat(logged).hasSizeGreaterThanOrEqualTo(COLLECTIONS);
    double loggedSum = logged.stream().mapToDouble(Double::doubleValue).sum();
    double loggedMax = logged.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    samples.awaitThat(
        () -> {
          assertThat(samples.count("jfr.safepoints.pause", JfrPausesTest::isAny))
              .isGreaterThanOrEqualTo(logged.size());
          assertThat(samples.sum("jfr.safepoints.pause", JfrPausesTest::isAny))
              .isGreaterThan(0.9 * loggedSum);
          assertThat(samples.max("jfr.safepoints.pause", JfrPausesTest::isAny))
              .isGreaterThan(0.9 * loggedMax);
          assertThat(samples.count("jfr.safepoints.sync", JfrPausesTest::isAny))
              .isGreaterThanOrEqualTo(logged.size());
        });
    // the source records longer than the log, and a busy machine makes each safepoint longer
    long others = samples.count("jfr.safepoints.pause", JfrPausesTest::isAny) - logged.size();
    assertThat(samples.sum("jfr.safepoints.pause", JfrPausesTest::isAny))
        .isLessThan(1.5 * loggedSum + 100 + others * loggedMax);
    assertThat(samples.max("jfr.safepoints.sync", JfrPausesTest::isAny))
        .isLessThanOrEqualTo(samples.max("jfr.safepoints.pause", JfrPausesTest::isAny));
  }

  /** Runs the JVM's diagnostic command VM.log. */
  private static void vmLog(String... arguments) throws Exception {
    Object unused =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "vmLog",
                new Object[] {arguments},
                new String[] {String[].class.getName()});
  }

  /** Returns the total times of the safepoints in a log, in milliseconds. */
  private static List<Double> logged(Path log) throws IOException {
    List<Double> totals = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      Matcher matcher = SAFEPOINT.matcher(line);
      if (matcher.find()) {
        totals.add(Long.parseLong(matcher.group(1)) / 1e6);
      }
    }
    return totals;
  }
}
