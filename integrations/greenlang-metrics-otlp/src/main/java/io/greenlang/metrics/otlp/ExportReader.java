package io.greenlang.metrics.otlp;

import static io.greenlang.metrics.internal.protobuf.WireReader.lengthKey;
import static io.greenlang.metrics.internal.protobuf.WireReader.varintKey;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.internal.http.RequestException;
import io.greenlang.metrics.internal.protobuf.MalformedMessageException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import io.greenlang.metrics.otlp.MetricInfo.Kind;
import io.greenlang.metrics.otlp.MetricInfo.Temporality;
import io.greenlang.metrics.otlp.ScopeClaims.Scope;
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
  private static final int SCOPE = lengthKey(1);
  private static final int SCOPE_NAME = lengthKey(1);
  private static final int SCOPE_VERSION = lengthKey(2);
  private static final int METRICS = lengthKey(2);
  private static final int NAME = lengthKey(1);
  private static final int DESCRIPTION = lengthKey(2);
  private static final int UNIT = lengthKey(3);
  private static final int POINTS = lengthKey(1);
  private static final int TEMPORALITY = varintKey(2);
  private static final int MONOTONIC = varintKey(3);

  private final Channel channel;
  private final ProgramAttributes program;
  private final boolean scopeName;
  private final TagsCache tags;
  private final Visitor visitor;
  private final ScopeClaims claims = new ScopeClaims();
  private final DataPoint point = new DataPoint();

  /**
   * The attributes that become tags beside those of a point.
   *
   * @param resource the names of those of the program
   * @param scopeName whether the name of the scope is one
   */
  record TagSelection(Set<String> resource, boolean scopeName) {

    TagSelection {
      resource = Set.copyOf(resource);
    }
  }

  /** A receiver of the metrics of a request in order. */
  interface Visitor {

    /** Called before the points of a metric. */
    void onMetric(MetricInfo metric, String unit, String description) throws RequestException;

    /**
     * Called for each point of the metric.
     *
     * @param point the point, valid during the call
     * @return false if it was rejected
     */
    boolean onPoint(MetricInfo metric, DataPoint point) throws RequestException;
  }

  /**
   * Creates a reader.
   *
   * @param channel the channel of all metrics
   * @param selection the attributes that become tags
   * @param tags the tags of attributes
   */
  ExportReader(Channel channel, TagSelection selection, TagsCache tags, Visitor visitor) {
    this.channel = channel;
    this.program = new ProgramAttributes(selection.resource());
    this.scopeName = selection.scopeName();
    this.tags = tags;
    this.visitor = visitor;
  }

  /** A reader of a message within another one. */
  @FunctionalInterface
  private interface MessageReader {

    void read(WireReader message) throws RequestException, MalformedMessageException;
  }

  /** Reads the messages of one field, and skips the other fields. */
  private static void forEach(WireReader reader, int field, MessageReader messages)
      throws RequestException, MalformedMessageException {
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == field) {
        messages.read(reader.message());
      } else {
        reader.skip(key);
      }
    }
  }

  /**
   * Reads a whole request.
   *
   * @throws RequestException if it is malformed; the points before the fault were visited if the
   *     fault is in a point
   */
  void read(WireReader request) throws RequestException {
    try {
      forEach(
          request.copy(),
          RESOURCE_METRICS,
          resource -> forEach(resource, SCOPE_METRICS, this::readNames));
      forEach(request, RESOURCE_METRICS, this::readResourceMetrics);
    } catch (MalformedMessageException e) {
      throw RequestException.malformed(e.reason());
    }
  }

  /** Reads the names of a scope's metrics. */
  private void readNames(WireReader scopeMetrics)
      throws RequestException, MalformedMessageException {
    Scope scope = scope(scopeMetrics.copy());
    forEach(
        scopeMetrics,
        METRICS,
        metric -> {
          for (int key = metric.nextKey(); key != 0; key = metric.nextKey()) {
            if (key == NAME) {
              claims.addName(scope, metric.text());
            } else {
              metric.skip(key);
            }
          }
        });
  }

  private void readResourceMetrics(WireReader reader)
      throws RequestException, MalformedMessageException {
    program.clear();
    forEach(
        reader.copy(), RESOURCE, resource -> forEach(resource, RESOURCE_ATTRIBUTES, program::read));
    program.complete();
    startProgram();
    forEach(reader, SCOPE_METRICS, this::readScopeMetrics);
  }

  private void startProgram() {
    point.attributes.startProgram(program.toByteArray());
  }

  private void readScopeMetrics(WireReader reader)
      throws RequestException, MalformedMessageException {
    Scope scope = scope(reader.copy());
    if (scopeName) {
      program.setScope(scope.name());
      startProgram();
    }
    forEach(reader, METRICS, metric -> readMetric(metric, scope));
  }

  private static Scope scope(WireReader scopeMetrics) throws MalformedMessageException {
    String name = "";
    String version = "";
    for (int key = scopeMetrics.nextKey(); key != 0; key = scopeMetrics.nextKey()) {
      if (key != SCOPE) {
        scopeMetrics.skip(key);
        continue;
      }
      WireReader scope = scopeMetrics.message();
      for (int part = scope.nextKey(); part != 0; part = scope.nextKey()) {
        if (part == SCOPE_NAME) {
          name = scope.text();
        } else if (part == SCOPE_VERSION) {
          version = scope.text();
        } else {
          scope.skip(part);
        }
      }
    }
    return new Scope(name, version);
  }

  private void readMetric(WireReader reader, Scope scope)
      throws RequestException, MalformedMessageException {
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
      readPoints(metric, data, claims.isShared(name) ? scope : null);
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

  /**
   * Reads the points of a metric.
   *
   * @param scope the scope of the points; null if no other one competes for their series
   */
  private void readPoints(MetricInfo metric, WireReader data, @Nullable Scope scope)
      throws RequestException, MalformedMessageException {
    for (int key = data.nextKey(); key != 0; key = data.nextKey()) {
      if (key == POINTS) {
        point.clear();
        metric.kind().read(data.message(), point);
        readTags();
        visitPoint(metric, scope);
      } else {
        data.skip(key);
      }
    }
  }

  /** Visits a point. Only a point that was accepted and has a value claims its series. */
  private void visitPoint(MetricInfo metric, @Nullable Scope scope) throws RequestException {
    if (scope != null && point.problem == null) {
      point.problem = claims.problem(metric.name(), point.tags, scope);
    }
    boolean isAccepted = visitor.onPoint(metric, point);
    if (scope != null && isAccepted && !point.hasNoRecordedValue()) {
      claims.claim(metric.name(), point.tags, scope);
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
