package io.greenlang.metrics.feed;

import io.greenlang.metrics.history.HistoryReader;
import io.greenlang.metrics.history.Sample;
import io.greenlang.metrics.history.SeriesSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** Plays publications as they came, each with its own offset. */
final class PublicationReplay extends Replay {

  private record Reading(SeriesSnapshot series, Sample sample) {}

  private static final Comparator<Reading> AS_PUBLISHED =
      Comparator.<Reading>comparingLong(reading -> reading.sample().sequence())
          .thenComparingInt(reading -> reading.sample().index());

  private final LongUnaryOperator offsets;
  private final long fromMillis;

  /**
   * A replay of the publications behind {@code after} up to {@code until}.
   *
   * @param offsets from a publication's number to its offset
   * @param fromMillis readings that count before this time are left out
   */
  PublicationReplay(Past past, LongUnaryOperator offsets, long after, long until, long fromMillis) {
    super(past, after, until);
    this.offsets = offsets;
    this.fromMillis = fromMillis;
  }

  @Override
  void play(Past past, long after, long to) {
    List<Reading> readings = new ArrayList<>();
    for (SeriesSnapshot series : past.snapshots()) {
      HistoryReader.samples(
          series,
          after,
          to,
          sample -> {
            if (sample.foldMillis() >= fromMillis) {
              readings.add(new Reading(series, sample));
            }
          });
    }
    readings.sort(AS_PUBLISHED);
    int next = 0;
    while (next < readings.size()) {
      long sequence = readings.get(next).sample().sequence();
      past.beginBlock(0);
      while (next < readings.size() && readings.get(next).sample().sequence() == sequence) {
        Sample sample = readings.get(next).sample();
        past.add(readings.get(next).series(), sample.value(), sample.timeMillis());
        next++;
      }
      long offset = offsets.applyAsLong(sequence);
      past.endBlock(offset - 1, offset, true);
    }
  }
}
