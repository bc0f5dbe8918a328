package io.greenlang.metrics.otlp;

import static io.greenlang.metrics.internal.protobuf.WireReader.lengthKey;
import static io.greenlang.metrics.internal.protobuf.WireReader.varintKey;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.internal.http.RequestException;
import io.greenlang.metrics.internal.protobuf.MalformedMessageException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import io.greenlang.metrics.otlp.MetricInfo.Kind;
import io.greenlang.metrics.otlp.MetricInfo.Temporality;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the request that exports metrics. Fields can come in any order, so it reads each
 * message twice: first the fields that describe the others. Not thread-safe.
 */
final class ExportReader {

  private static final int RESOURCE_METRICS = lengthKey(1);
  private static final int RESOURCE = lengthKey(1);
  private static final int RESOURCE_ATTRIBUTES = lengthKey(1);
  private static final int SCOPE_METRICS = lengthKey(2);
  private static final int METRICS = lengthKey(2);
  private static final int NAME = lengthKey(1);
  private static final int DESCRIPTION = lengthKey(2);
  private static final int UNIT = lengthKey(3);
  private static final int POINTS = lengthKey(1);
  private static final int TEMPORALITY = varintKey(2);
  private static final int MONOTONIC = varintKey(3);

  private final Channel channel;
  private final ProgramAttributes program;
  private final TagsCache tags;
  private final Visitor visitor;
  private final DataPoint point = new DataPoint();

  /** Receives the metrics of a request in order. */
  interface Visitor {

    /** Called before the points of a metric. */
    void onMetric(MetricInfo metric, String unit, String description) throws RequestException;

    /**
     * Called for each point of the metric.
     *
     * @param point the point, valid during the call
     */
    void onPoint(MetricInfo metric, DataPoint point) throws RequestException;
  }

  /**
   * Creates a reader.
   *
   * @param channel the channel of all metrics
   * @param resourceAttributes the attributes of resources that become tags
   * @param tags the tags of attributes
   */
  ExportReader(Channel channel, Set<String> resourceAttributes, TagsCache tags, Visitor visitor) {
    this.channel = channel;
    this.program = new ProgramAttributes(resourceAttributes);
    this.tags = tags;
    this.visitor = visitor;
  }

  /**
   * Reads a whole request.
   *
   * @throws RequestException if it is malformed; the points before the fault were visited
   */
  void read(WireReader request) throws RequestException {
    try {
      for (int key = request.nextKey(); key != 0; key = request.nextKey()) {
        if (key == RESOURCE_METRICS) {
          readResourceMetrics(request.message());
        } else {
          request.skip(key);
        }
      }
    } catch (MalformedMessageException e) {
      throw RequestException.malformed(e.reason());
    }
  }

  private void readResourceMetrics(WireReader reader)
      throws RequestException, MalformedMessageException {
    WireReader again = reader.copy();
    program.clear();
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == RESOURCE) {
        readResource(reader.message());
      } else {
        reader.skip(key);
      }
    }
    program.complete();
    point.attributes.startProgram(program.toByteArray());
    for (int key = again.nextKey(); key != 0; key = again.nextKey()) {
      if (key == SCOPE_METRICS) {
        readScopeMetrics(again.message());
      } else {
        again.skip(key);
      }
    }
  }

  private void readResource(WireReader reader) throws MalformedMessageException {
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == RESOURCE_ATTRIBUTES) {
        program.read(reader.message());
      } else {
        reader.skip(key);
      }
    }
  }

  private void readScopeMetrics(WireReader reader)
      throws RequestException, MalformedMessageException {
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == METRICS) {
        readMetric(reader.message());
      } else {
        reader.skip(key);
      }
    }
  }

  private void readMetric(WireReader reader) throws RequestException, MalformedMessageException {
    String name = "";
    String unit = "";
    String description = "";
    Kind kind = null;
    WireReader data = null;
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      Kind found = kindOf(key);
      if (found != null) {
        kind = found; // the last one of a oneof wins
        data = reader.message();
      } else if (key == NAME) {
        name = reader.text();
      } else if (key == UNIT) {
        unit = reader.text();
      } else if (key == DESCRIPTION) {
        description = reader.text();
      } else {
        reader.skip(key);
      }
    }
    if (kind != null && data != null) {
      MetricInfo metric = info(name, kind, data.copy());
      visitor.onMetric(metric, unit, description);
      readPoints(metric, data);
    }
  }

  private static @Nullable Kind kindOf(int key) {
    for (Kind kind : Kind.values()) {
      if (kind.key() == key) {
        return kind;
      }
    }
    return null;
  }

  private MetricInfo info(String name, Kind kind, WireReader data)
      throws MalformedMessageException {
    Temporality temporality = Temporality.UNSPECIFIED;
    boolean monotonic = false;
    for (int key = data.nextKey(); key != 0; key = data.nextKey()) {
      if (key == TEMPORALITY) {
        temporality = Temporality.of(data.varint());
      } else if (key == MONOTONIC) {
        monotonic = data.varint() != 0;
      } else {
        data.skip(key);
      }
    }
    return MetricInfo.of(channel, name, kind, temporality, monotonic);
  }

  private void readPoints(MetricInfo metric, WireReader data)
      throws RequestException, MalformedMessageException {
    for (int key = data.nextKey(); key != 0; key = data.nextKey()) {
      if (key == POINTS) {
        point.clear();
        metric.kind().read(data.message(), point);
        readTags();
        visitor.onPoint(metric, point);
      } else {
        data.skip(key);
      }
    }
  }

  private void readTags() throws MalformedMessageException {
    try {
      point.tags = tags.get(program, point.attributes);
    } catch (RejectedPointException e) {
      point.problem = e.reason();
    }
  }
}
