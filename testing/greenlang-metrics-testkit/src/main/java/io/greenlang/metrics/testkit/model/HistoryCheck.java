package io.greenlang.metrics.testkit.model;

import io.greenlang.metrics.Interval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A check that all pages of a history together are what the model expects. */
final class HistoryCheck {

  private final View view;
  private final Expectations expectations;
  private final Random random;

  HistoryCheck(View view, Expectations expectations, Random random) {
    this.view = view;
    this.expectations = expectations;
    this.random = random;
  }

  /**
   * Requests the history of a time range and checks it.
   *
   * @param known the samples that were delivered to the instance
   */
  void require(ModelInstance instance, List<PublishedSample> known, long from, long to) {
    List<Map<String, Object>> metrics = new ArrayList<>();
    Object cursor = null;
    do {
      Map<String, Object> page = page(instance, from, to, cursor);
      metrics.addAll(ReceivedMessages.metrics(page));
      Object next = page.get("cursor");
      ReceivedMessages.require(
          Boolean.TRUE.equals(page.get("complete")) == (next == null), "page %s", page);
      cursor = next;
    } while (cursor != null);
    Interval interval = view.interval();
    String occasion =
        "history from " + Instant.ofEpochMilli(from) + " to " + Instant.ofEpochMilli(to);
    if (interval == null) {
      List<ExpectedPoint> expected = expectations.samples(Expectations.measured(known, from, to));
      ReceivedMessages.compare(view.channel(), expected, metrics, true, occasion);
    } else {
      requireWindows(instance, known, interval, from, to, metrics, occasion);
    }
  }

  private void requireWindows(
      ModelInstance instance,
      List<PublishedSample> known,
      Interval interval,
      long from,
      long to,
      List<Map<String, Object>> metrics,
      String occasion) {
    long closed = interval.windowStart(instance.watermarkMillis() - PublishedSample.GRACE_MILLIS);
    SampleIndex index = new SampleIndex(known);
    int next = 0;
    long length = interval.millis();
    for (long start = interval.windowStart(from); start < Math.min(to, closed); start += length) {
      List<ExpectedPoint> expected = expectations.window(index, start, start + length);
      int end = next + expected.size();
      ReceivedMessages.require(end <= metrics.size(), "%s: %s is missing", occasion, expected);
      ReceivedMessages.compare(
          view.channel(), expected, metrics.subList(next, end), false, occasion);
      next = end;
    }
    ReceivedMessages.require(
        next == metrics.size(),
        "%s: %s not expected",
        occasion,
        metrics.subList(next, metrics.size()));
  }

  private Map<String, Object> page(
      ModelInstance instance, long from, long to, @Nullable Object cursor) {
    Map<String, Object> data = view.commandData();
    data.put("start_time", Instant.ofEpochMilli(from).toString());
    data.put("end_time", Instant.ofEpochMilli(to).toString());
    int limit = List.of(1, 5, 20, 100, 1000, 1000).get(random.nextInt(6));
    data.put("limit", limit);
    if (cursor != null) {
      data.put("cursor", cursor);
    }
    Map<String, Object> page = WireCommands.getHistory(instance.stream(), view.encoding(), data);
    int size = ReceivedMessages.metrics(page).size();
    ReceivedMessages.require(
        size <= limit, "a page has %s metrics, but the limit is %s", size, limit);
    Interval interval = view.interval();
    ReceivedMessages.require(
        Objects.equals(page.get("interval"), interval == null ? null : interval.label()),
        "history of %s has interval %s",
        view,
        page.get("interval"));
    return page;
  }
}
