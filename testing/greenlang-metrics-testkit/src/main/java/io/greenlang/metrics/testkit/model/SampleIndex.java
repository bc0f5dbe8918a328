package io.greenlang.metrics.testkit.model;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Samples by the time at which they count. */
final class SampleIndex {

  private final NavigableMap<Long, List<PublishedSample>> byTime = new TreeMap<>();

  /** Indexes samples, which are in the order of publication. */
  SampleIndex(List<PublishedSample> samples) {
    for (PublishedSample sample : samples) {
      byTime.computeIfAbsent(sample.foldMillis(), key -> new ArrayList<>()).add(sample);
    }
  }

  /** Returns the samples that count in a time range; those of one time in order of publication. */
  List<PublishedSample> between(long start, long end) {
    List<PublishedSample> between = new ArrayList<>();
    byTime.subMap(start, end).values().forEach(between::addAll);
    return between;
  }
}
