package io.greenlang.metrics.testkit.model;

import io.greenlang.metrics.subscription.Format;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** The messages of one client, which are compared with expected points one after the other. */
final class ReceivedMessages {

  /** One number of a snapshot. */
  private record Leaf(Map<String, String> tags, long timeMillis, String name, NumberRange value) {
    private static final Comparator<Leaf> ORDER =
        Comparator.comparing((Leaf leaf) -> leaf.tags().toString())
            .thenComparing(Leaf::timeMillis)
            .thenComparing(Leaf::name)
            .thenComparing(leaf -> leaf.value().low());
  }

  private final View view;
  private final List<Map<String, Object>> messages;
  private int next;

  ReceivedMessages(View view, List<Map<String, Object>> messages) {
    this.view = view;
    this.messages = messages;
  }

  boolean isEmpty() {
    return next >= messages.size();
  }

  /** Returns the messages that were not consumed. */
  List<Map<String, Object>> remaining() {
    return messages.subList(next, messages.size());
  }

  /** Returns the next message without consuming it. */
  Map<String, Object> peek() {
    return messages.get(next);
  }

  /** Returns the number of metrics that a notice of lag says were missed, and consumes it. */
  @Nullable Long pollLagged() {
    if (isEmpty() || !"lagged".equals(peek().get("type"))) {
      return null;
    }
    Object missed = messages.get(next++).get("missed");
    return missed instanceof BigInteger number ? number.longValueExact() : null;
  }

  /** Returns the first metric of the next message, or the snapshot, without consuming it. */
  Map<String, Object> peekMetric() {
    return view.isOneFrame() ? metrics(peek()).get(0) : peek();
  }

  /**
   * Consumes the messages of these points.
   *
   * @param ordered whether the client must receive them in this order
   * @param occasion says when they are expected
   */
  void consume(List<ExpectedPoint> expected, boolean ordered, String occasion) {
    if (expected.isEmpty()) {
      return;
    }
    if (view.format() == Format.SNAPSHOT) {
      consumeLeaves(expected, occasion);
      return;
    }
    List<Map<String, Object>> received = new ArrayList<>();
    while (received.size() < expected.size()) {
      require(
          !isEmpty(),
          "%s: nothing more was received, but %s was expected",
          occasion,
          expected.get(received.size()));
      require(
          !"lagged".equals(peek().get("type")),
          "%s: received %s instead of metrics",
          occasion,
          peek());
      received.addAll(view.isOneFrame() ? metrics(peek()) : List.of(peek()));
      next++;
    }
    compare(view.channel(), expected, received, ordered, occasion);
  }

  /** Compares received metrics with expected points; fails with the first difference. */
  static void compare(
      String channel,
      List<ExpectedPoint> expected,
      List<Map<String, Object>> received,
      boolean ordered,
      String occasion) {
    List<Map<String, Object>> remaining = new ArrayList<>(received);
    for (ExpectedPoint point : expected) {
      require(!remaining.isEmpty(), "%s: %s is missing", occasion, point);
      int index = ordered ? 0 : indexOf(point, remaining);
      require(index >= 0, "%s: %s is missing among %s", occasion, point, remaining);
      Map<String, Object> candidate = remaining.remove(index);
      String difference = point.difference(candidate, channel);
      require(
          difference == null,
          "%s: %s. Expected %s, received %s",
          occasion,
          difference,
          point,
          candidate);
    }
    require(remaining.isEmpty(), "%s: %s was not expected", occasion, remaining);
  }

  private static int indexOf(ExpectedPoint point, List<Map<String, Object>> remaining) {
    for (int i = 0; i < remaining.size(); i++) {
      if (point.series().equals(ExpectedPoint.seriesOf(remaining.get(i)))) {
        return i;
      }
    }
    return -1;
  }

  private void consumeLeaves(List<ExpectedPoint> points, String occasion) {
    List<Leaf> expected = new ArrayList<>();
    points.stream()
        .filter(point -> !point.isCovered(points))
        .forEach(point -> addLeaves(point, expected));
    List<Leaf> received = new ArrayList<>();
    while (received.size() < expected.size()) {
      require(!isEmpty(), "%s: only %s was received of %s", occasion, received, points);
      require(
          !"lagged".equals(peek().get("type")),
          "%s: received %s instead of metrics",
          occasion,
          peek());
      addLeaves(messages.get(next++), received);
    }
    expected.sort(Leaf.ORDER);
    received.sort(Leaf.ORDER);
    for (int i = 0; i < received.size(); i++) {
      Leaf actual = received.get(i);
      Leaf wanted = i < expected.size() ? expected.get(i) : null;
      require(
          wanted != null
              && wanted.tags().equals(actual.tags())
              && wanted.timeMillis() == actual.timeMillis()
              && wanted.name().equals(actual.name())
              && wanted.value().contains(actual.value().low()),
          "%s: the snapshots have %s instead of %s; expected %s, received %s",
          occasion,
          actual,
          wanted,
          expected,
          received);
    }
  }

  private static void addLeaves(ExpectedPoint point, List<Leaf> leaves) {
    Map<String, String> tags = point.series().tags();
    if (!point.hasDistribution()) {
      NumberRange value = Objects.requireNonNull(point.fields().get("value"));
      leaves.add(new Leaf(tags, point.timeMillis(), point.series().name(), value));
      return;
    }
    point
        .fields()
        .forEach(
            (field, value) -> {
              String part = field.equals("value") ? "avg" : field;
              String name = point.series().name() + "." + part;
              leaves.add(new Leaf(tags, point.timeMillis(), name, value));
            });
  }

  private static void addLeaves(Map<String, Object> snapshot, List<Leaf> leaves) {
    Map<String, String> tags = ExpectedPoint.tagsOf(snapshot);
    long time = ExpectedPoint.timeOf(snapshot);
    snapshot.forEach(
        (key, value) -> {
          if (!List.of("channel", "timestamp", "tags", "offset", "replayed").contains(key)) {
            addLeaves(key, value, tags, time, leaves);
          }
        });
  }

  private static void addLeaves(
      String name, Object value, Map<String, String> tags, long time, List<Leaf> leaves) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, inner) -> {
            String path = "".equals(key) ? name : name + "." + key;
            addLeaves(path, Objects.requireNonNull(inner), tags, time, leaves);
          });
    } else {
      double number = ((Number) value).doubleValue();
      leaves.add(new Leaf(tags, time, name, NumberRange.exactly(number)));
    }
  }

  @SuppressWarnings("unchecked") // a list of other values fails when it is read
  static List<Map<String, Object>> metrics(Map<String, Object> message) {
    return (List<Map<String, Object>>) Objects.requireNonNull(message.get("metrics"));
  }

  /**
   * Fails unless a condition holds.
   *
   * @param template the message, with {@code %s} for each argument
   */
  static void require(boolean condition, String template, @Nullable Object... arguments) {
    if (condition) {
      return;
    }
    String message = template;
    for (Object argument : arguments) {
      message = message.replaceFirst("%s", Matcher.quoteReplacement(String.valueOf(argument)));
    }
    throw new AssertionError(message);
  }
}
