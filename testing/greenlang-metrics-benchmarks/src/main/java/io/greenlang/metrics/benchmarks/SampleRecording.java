package io.greenlang.metrics.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Recording of metrics, once per second.
 *
 * <p>A file has one line per series, compressed by gzip: its name, its type, its values and its
 * tags, separated by tabs. Of the values, which are separated by spaces, {@code =} repeats the one
 * before, and {@code -} is a second without a sample.
 *
 * @param seconds the metrics of each second
 */
record SampleRecording(List<List<Metric>> seconds) {

  private static final String REPEATED = "=";
  private static final String ABSENT = "-";
  private static final Channel CHANNEL = new Channel("bench.metrics");

  /** A series, by everything of a metric that identifies it. */
  private record Series(String name, MetricType type, Tags tags) {}

  /** Reads a recording. */
  static SampleRecording read(InputStream file) throws IOException {
    List<List<Metric>> seconds = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(new GZIPInputStream(file), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        addSeries(line.split("\t", -1), seconds);
      }
    }
    return new SampleRecording(seconds);
  }

  private static void addSeries(String[] fields, List<List<Metric>> seconds) {
    MetricType type = new MetricType(fields[1]);
    Tags tags = Tags.empty();
    for (int i = 3; i < fields.length; i++) {
      String[] tag = fields[i].split("=", 2);
      tags = tags.with(tag[0], tag[1]);
    }
    String[] values = fields[2].split(" ", -1);
    double value = Double.NaN;
    for (int second = 0; second < values.length; second++) {
      if (second == seconds.size()) {
        seconds.add(new ArrayList<>());
      }
      if (!values[second].equals(ABSENT)) {
        value = values[second].equals(REPEATED) ? value : Double.parseDouble(values[second]);
        seconds.get(second).add(new Metric(CHANNEL, fields[0], type, value, Instant.EPOCH, tags));
      }
    }
  }

  /** Writes the recording; its times are not kept. */
  void write(OutputStream file) throws IOException {
    try (BufferedWriter lines =
        new BufferedWriter(new OutputStreamWriter(new GZIPOutputStream(file), UTF_8))) {
      for (Map.Entry<Series, Double[]> each : valuesBySeries().entrySet()) {
        Series series = each.getKey();
        lines.write(series.name() + "\t" + series.type() + "\t" + text(each.getValue()));
        for (Map.Entry<String, String> tag : series.tags().asMap().entrySet()) {
          lines.write("\t" + tag.getKey() + "=" + tag.getValue());
        }
        lines.write('\n');
      }
    }
  }

  private Map<Series, Double[]> valuesBySeries() {
    Map<Series, Double[]> values = new LinkedHashMap<>();
    for (int second = 0; second < seconds.size(); second++) {
      for (Metric each : seconds.get(second)) {
        Series series = new Series(each.name(), each.type(), each.tags());
        values.computeIfAbsent(series, s -> new Double[seconds.size()])[second] = each.value();
      }
    }
    return values;
  }

  private static String text(Double[] values) {
    StringBuilder text = new StringBuilder();
    Double previous = null;
    for (Double value : values) {
      text.append(text.isEmpty() ? "" : " ");
      if (value == null) {
        text.append(ABSENT);
      } else {
        text.append(Objects.equals(value, previous) ? REPEATED : value.toString());
        previous = value;
      }
    }
    return text.toString();
  }
}
