package io.greenlang.metrics.testkit.model;

import io.greenlang.metrics.testkit.model.ExpectedPoint.Series;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The latest sample of each series, by the documented rule: the latest one by time. A timestamp in
 * the future counts as the time of arrival. If only older samples arrive for a minute, the next one
 * replaces it.
 */
final class LatestSamples {

  private static final long CONFIRM_MILLIS = 60_000;

  /** A sample and one of its points, which are those of the histogram and of derived gauges. */
  private record Latest(PublishedSample sample, ExpectedPoint point) {

    boolean isReplacedBy(PublishedSample next) {
      return next.orderMillis() >= sample.orderMillis()
          || next.arrivalMillis() - sample.arrivalMillis() > CONFIRM_MILLIS;
    }
  }

  private final Map<Series, Latest> latest = new LinkedHashMap<>();

  /** Creates the latest samples among those in the order of publication. */
  LatestSamples(Expectations expectations, List<PublishedSample> samples) {
    for (PublishedSample sample : samples) {
      for (ExpectedPoint point : expectations.samples(List.of(sample))) {
        Latest previous = latest.get(point.series());
        if (previous == null || previous.isReplacedBy(sample)) {
          latest.put(point.series(), new Latest(sample, point));
        }
      }
    }
  }

  /** Returns the points of the latest samples that fulfill a condition. */
  List<ExpectedPoint> points(Predicate<PublishedSample> condition) {
    return latest.values().stream()
        .filter(each -> condition.test(each.sample()))
        .map(Latest::point)
        .toList();
  }
}
