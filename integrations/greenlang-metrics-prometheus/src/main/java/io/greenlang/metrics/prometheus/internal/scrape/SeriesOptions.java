package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.Channel;
import java.util.Map;

/**
 * The form in which the series of a target are published.
 *
 * @param channel the channel of all samples
 * @param filter the series that are read
 * @param tags the tags of every series; a label of the same name takes precedence
 * @param maxSeries the most samples of a scrape; a classic bucket counts as one
 */
public record SeriesOptions(
    Channel channel, SeriesFilter filter, Map<String, String> tags, int maxSeries) {}
