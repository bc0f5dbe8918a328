package io.greenlang.metrics.opentelemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.PointData;

/**
 * The origin of a series: the properties by which the SDK distinguishes series, so that two origins
 * of one name and one set of tags are noticed. Immutable.
 */
record SeriesOrigin(
    InstrumentationScopeInfo scope,
    String name,
    MetricDataType type,
    String unit,
    String description,
    Attributes attributes) {

  static SeriesOrigin of(MetricData data, PointData point) {
    return new SeriesOrigin(
        data.getInstrumentationScopeInfo(),
        data.getName(),
        data.getType(),
        data.getUnit(),
        data.getDescription(),
        point.getAttributes());
  }

  /** Returns the length of the attributes; the SDK holds the other texts anyway. */
  long characters() {
    return attributes.toString().length();
  }
}
