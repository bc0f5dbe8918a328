package io.greenlang.metrics.benchmarks.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Result of one run of the load generator: names and figures, in the order of presentation. */
public final class Result {

  private static final String PREFIX = "result ";

  private final Map<String, String> values = new LinkedHashMap<>();

  /** Adds a value. */
  public Result put(String name, String value) {
    values.put(name, value.replace(' ', '_'));
    return this;
  }

  /** Adds a whole number. */
  public Result put(String name, long value) {
    return put(name, Long.toString(value));
  }

  /** Adds a number with three decimals. */
  public Result put(String name, double value) {
    return put(name, String.format(Locale.ROOT, "%.3f", value));
  }

  /** Returns a value by name; {@code 0} if the measured server does not report it. */
  public String text(String name) {
    return values.getOrDefault(name, "0");
  }

  /** Returns a value by name, as a number. */
  public double number(String name) {
    return Double.parseDouble(text(name));
  }

  /** Returns all values on one line, for programs. */
  public String toLine() {
    StringBuilder line = new StringBuilder(PREFIX.strip());
    values.forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
    return line.toString();
  }

  /** Parses {@link #toLine()} and any pairs that a script has appended to it. */
  public static Result parseLine(String line) {
    Result result = new Result();
    for (String pair : line.substring(PREFIX.length()).split(" ", -1)) {
      int separator = pair.indexOf('=');
      if (separator > 0) {
        result.put(pair.substring(0, separator), pair.substring(separator + 1));
      }
    }
    return result;
  }

  /** Returns whether a line is a result. */
  public static boolean isResultLine(String line) {
    return line.startsWith(PREFIX);
  }

  /** Returns all values as text for people. */
  public String toText() {
    return fill(
        """
        {scenario}, {server}: connected {connected} of {subscribers} in {connect_s} s, closed {closed}
          delivered {metrics_per_s} metrics/s in {frames_per_s} frames/s, {mb_per_s} MB/s; each client {client_min} to {client_max}; kept up: {kept_up}
          latency ms  p50 {p50_ms}  p95 {p95_ms}  p99 {p99_ms}  p99.9 {p999_ms}  max {max_ms}
          server CPU {cpu_percent} % of a core, {us_per_delivery} µs per delivery; the core {core_percent} %, {core_us_per_delivery} µs; resident {rss_kb} KB, {kb_per_connection} KB per connection
          generator busy {generator_busy_percent} %; lagged {lagged}, errors {errors}""");
  }

  private String fill(String template) {
    String text = template;
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("{" + value.getKey() + "}", value.getValue());
    }
    return text;
  }
}
