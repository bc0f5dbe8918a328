package io.greenlang.metrics.otlp;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.internal.http.RequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * The publication of one request's metrics, in parts of {@value #MAX_SAMPLES} samples, so that a
 * request of any length takes little memory. A part ends with a whole point: a summary, which
 * becomes a sample for each quantile, can exceed the number. Not thread-safe.
 */
final class ExportRequest implements ExportReader.Visitor {

  /** The number of samples that completes a publication. */
  private static final int MAX_SAMPLES = 1000;

  private static final int BAD_REQUEST = 400;
  private static final int UNAVAILABLE = 503;

  private final MetricSink sink;
  private final PointConverter converter;
  private final PointConverter.Now now;
  private final List<Metric> samples = new ArrayList<>();
  private final List<MetricDescription> descriptions = new ArrayList<>();
  private long unpublished;
  private long accepted;
  private long rejected;
  private String firstProblem = "";

  ExportRequest(MetricSink sink, PointConverter converter, PointConverter.Now now) {
    this.sink = sink;
    this.converter = converter;
    this.now = now;
  }

  @Override
  public void onMetric(MetricInfo metric, String unit, String description) throws RequestException {
    MetricDescription imported =
        MetricDescription.imported(metric.channel(), metric.name(), unit, description);
    if (imported != null) {
      descriptions.add(imported);
      if (descriptions.size() >= MAX_SAMPLES) {
        publish();
      }
    }
  }

  @Override
  public boolean onPoint(MetricInfo metric, DataPoint point) throws RequestException {
    long rejectedBefore = rejected;
    try {
      converter.convert(metric, point, now, samples::add);
      unpublished++;
    } catch (RejectedPointException e) {
      if (rejected == 0) {
        firstProblem = "a point of " + shown(metric.name()) + " " + e.reason();
      }
      rejected++;
    }
    if (samples.size() >= MAX_SAMPLES) {
      publish();
    }
    return rejected == rejectedBefore;
  }

  /** Returns a name from outside as it can appear in a log: short and on one line. */
  static String shown(String name) {
    String start = name.substring(0, Math.min(name.length(), 64));
    return '"' + start.replaceAll("[\\p{Cc}\\p{Cs}\\u2028\\u2029]", "?") + '"';
  }

  /**
   * Publishes the samples that are left.
   *
   * @throws RequestException if the hub accepts none
   */
  void publish() throws RequestException {
    try {
      // Descriptions first: a client receives the unit before the first value.
      sink.describe(descriptions);
      sink.publish(samples);
      accepted += unpublished;
    } catch (IllegalStateException e) {
      throw new RequestException(UNAVAILABLE, "The server is stopping");
    } catch (IllegalArgumentException e) { // the hub has its maximum number of channels
      throw new RequestException(BAD_REQUEST, String.valueOf(e.getMessage()));
    } finally {
      descriptions.clear();
      samples.clear();
      unpublished = 0;
    }
  }

  /** Returns the number of points whose samples, if there are any, were published. */
  long accepted() {
    return accepted;
  }

  /** Returns the number of points that cannot be published. */
  long rejected() {
    return rejected;
  }

  /** Returns why the first rejected point was rejected; empty if none was. */
  String firstProblem() {
    return firstProblem;
  }

  /**
   * Returns the problems of the request, for its sender; empty for none.
   *
   * @param dropped the samples that the hub dropped meanwhile; they include those of other channels
   *     and senders
   */
  String problem(long dropped) {
    StringJoiner problems = new StringJoiner("; ");
    if (rejected > 0) {
      problems.add(rejected + " data points were rejected; the first: " + firstProblem);
    }
    if (dropped > 0) {
      problems.add(
          "the hub dropped "
              + dropped
              + " samples meanwhile, because a channel has its maximum number of series; if it is"
              + " the channel of this request, send fewer series, or raise the limit");
    }
    return problems.toString();
  }
}
