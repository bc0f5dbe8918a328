package io.greenlang.metrics.feed;

import io.greenlang.metrics.history.HistoryReader;
import io.greenlang.metrics.history.Sample;
import io.greenlang.metrics.history.SeriesSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** A replay of raw publications, each with its own offset. */
final class PublicationReplay extends Replay {

  private record Reading(SeriesSnapshot series, Sample sample) {}

  private static final Comparator<Reading> PUBLICATION_ORDER =
      Comparator.<Reading>comparingLong(entry -> entry.sample().sequence())
          .thenComparingInt(entry -> entry.sample().index());

  private final LongUnaryOperator toOffset;
  private final long fromMillis;

  /**
   * Creates a replay of the publications after {@code after}, up to and including {@code until}.
   *
   * @param toOffset maps a publication id to its offset
   * @param fromMillis samples that count before this time are omitted
   */
  PublicationReplay(
      Past history, LongUnaryOperator toOffset, long after, long until, long fromMillis) {
    super(history, after, until);
    this.toOffset = toOffset;
    this.fromMillis = fromMillis;
  }

  @Override
  void play(Past history, long after, long to) {
    List<Reading> samples = new ArrayList<>();
    for (SeriesSnapshot series : history.snapshots()) {
      HistoryReader.samples(
          series,
          after,
          to,
          sample -> {
            if (sample.foldMillis() >= fromMillis) {
              samples.add(new Reading(series, sample));
            }
          });
    }
    samples.sort(PUBLICATION_ORDER);
    int next = 0;
    while (next < samples.size()) {
      long publicationId = samples.get(next).sample().sequence();
      history.beginBlock(0);
      while (next < samples.size() && samples.get(next).sample().sequence() == publicationId) {
        Sample sample = samples.get(next).sample();
        history.add(samples.get(next).series(), sample.value(), sample.timeMillis());
        next++;
      }
      long offset = toOffset.applyAsLong(publicationId);
      history.endBlock(offset - 1, offset, true);
    }
  }
}
