package io.greenlang.metrics.websocket.dashboard;

import static io.greenlang.metrics.websocket.dashboard.Check.list;
import static io.greenlang.metrics.websocket.dashboard.Check.number;
import static io.greenlang.metrics.websocket.dashboard.Check.oneOf;
import static io.greenlang.metrics.websocket.dashboard.Check.text;
import static io.greenlang.metrics.websocket.dashboard.Check.wholeNumber;
import static io.greenlang.metrics.websocket.dashboard.ObjectCheck.Field.optional;
import static io.greenlang.metrics.websocket.dashboard.ObjectCheck.Field.required;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The format of a dashboard. The page has the same in {@code dashboard-schema.js}; a file of cases
 * tests both.
 */
final class DashboardFormat {

  private static final int MAX_CHARTS = 24;
  private static final int MAX_METRICS = 16;
  private static final int MAX_NAMES = 16;
  private static final int MAX_TOP = 20;
  private static final int MAX_TEXT = 100;
  private static final int MAX_DESCRIPTION = 1000;

  /** A name of a channel, metric or tag. */
  private static final Check NAME = text(255);

  private static final ObjectCheck THRESHOLD_FIELDS =
      ObjectCheck.of(
          optional("warning", number()),
          optional("critical", number()),
          optional("when", oneOf("above", "below")));

  private static final ObjectCheck CHART =
      ObjectCheck.of(
          required("channel", NAME, "Name a channel, such as \"jvm.metrics\""),
          required(
              "metrics",
              list(NAME, 1, MAX_METRICS),
              "List the names of metrics, such as [\"jvm.memory.used\"]"),
          optional("title", text(MAX_TEXT)),
          optional("tags", DashboardFormat::requireTags),
          optional("group_by", list(NAME, 0, MAX_NAMES)),
          optional("statistics", list(oneOf("mean", "p50", "p95", "p99", "max"), 1, 5)),
          optional("range", oneOf("1m", "5m", "15m", "1h", "6h", "24h", "7d", "30d", "365d")),
          optional("axis", oneOf("snug")),
          optional("form", oneOf("heatmap")),
          optional("top", wholeNumber(1, MAX_TOP)),
          optional("thresholds", DashboardFormat::requireThresholds));

  static final Check DASHBOARD =
      ObjectCheck.of(
          required("name", text(MAX_TEXT), "Give the dashboard a name"),
          optional("description", text(MAX_DESCRIPTION)),
          required("charts", list(CHART, 1, MAX_CHARTS), "List the charts"));

  private DashboardFormat() {}

  private static void requireTags(@Nullable Object value, String path) {
    if (!(value instanceof Map<?, ?> tags) || tags.size() > MAX_NAMES) {
      throw Check.invalid(
          path,
          value,
          "Use an object with at most " + MAX_NAMES + " tags, such as {\"env\": \"production\"}");
    }
    tags.forEach(
        (key, values) -> {
          Check check = values instanceof List ? list(NAME, 1, MAX_NAMES) : NAME;
          check.require(values, path + "." + key);
        });
  }

  private static void requireThresholds(@Nullable Object value, String path) {
    THRESHOLD_FIELDS.require(value, path);
    Map<?, ?> thresholds = (Map<?, ?>) Objects.requireNonNull(value);
    Object warning = thresholds.get("warning");
    Object critical = thresholds.get("critical");
    if (warning == null && critical == null) {
      throw Check.invalid(path, value, "Set warning, critical or both");
    }
    boolean above = !"below".equals(thresholds.get("when"));
    if (warning instanceof Number mild
        && critical instanceof Number severe
        && !isBeyond(severe.doubleValue(), mild.doubleValue(), above)) {
      throw Check.invalid(
          path + ".critical",
          critical,
          "Use a number "
              + (above ? "above" : "below")
              + " that of warning, "
              + QuotedValue.of(warning)
              + ", or set when to "
              + (above ? "below" : "above"));
    }
  }

  private static boolean isBeyond(double critical, double warning, boolean above) {
    return above ? critical > warning : critical < warning;
  }
}
