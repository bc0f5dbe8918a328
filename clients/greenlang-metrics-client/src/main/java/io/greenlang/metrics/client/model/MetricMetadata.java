package io.greenlang.metrics.client.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The unit and the description of a metric. They hold for all series with its name.
 *
 * @param channel the channel
 * @param name the name of the metric
 * @param unit a unit of UCUM, such as {@code By}, {@code ms} or {@code {thread}}; null if unknown
 * @param description a text for people; null if there is none
 */
public record MetricMetadata(
    String channel, String name, @Nullable String unit, @Nullable String description) {

  /** Validates the names. */
  public MetricMetadata {
    Objects.requireNonNull(channel, "channel");
    Objects.requireNonNull(name, "name");
  }
}
