package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.internal.history.SeriesHistory.Sample;
import io.greenlang.metrics.internal.history.SeriesReader;
import io.greenlang.metrics.internal.history.SeriesSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** A replay of raw publications, each with its own offset. */
final class PublicationReplay extends Replay {

  private record SeriesSample(SeriesSnapshot series, Sample sample) {}

  private static final Comparator<SeriesSample> PUBLICATION_ORDER =
      Comparator.<SeriesSample>comparingLong(entry -> entry.sample().publicationId())
          .thenComparingInt(entry -> entry.sample().index());

  private final LongUnaryOperator toOffset;
  private final long fromMillis;

  /**
   * Creates a replay of the publications after {@code after}, up to and including {@code until}. Of
   * publications that the history has lost in part, it replays the rest.
   *
   * @param toOffset maps a publication id to its offset
   * @param fromMillis samples that count before this time are omitted
   */
  PublicationReplay(
      HistoryView history, LongUnaryOperator toOffset, long after, long until, long fromMillis) {
    super(history, after, until, history.retainedAfterPublication());
    this.toOffset = toOffset;
    this.fromMillis = fromMillis;
  }

  @Override
  void replay(HistoryView history, long after, long to) {
    List<SeriesSample> samples = samples(history, after, to);
    int next = 0;
    while (next < samples.size()) {
      long publicationId = samples.get(next).sample().publicationId();
      history.beginBatch(0);
      while (next < samples.size() && samples.get(next).sample().publicationId() == publicationId) {
        history.add(samples.get(next).series().key(), samples.get(next).sample());
        next++;
      }
      long offset = toOffset.applyAsLong(publicationId);
      history.endBatch(offset - 1, offset, true);
    }
  }

  @Override
  long retainedAfter(HistoryView view) {
    return view.retainedAfterPublication();
  }

  @Override
  long lastRead(long replayedUntil) {
    return replayedUntil;
  }

  @Override
  void onGap(long lastMissing) {
    // each span is read when it is replayed
  }

  private List<SeriesSample> samples(HistoryView history, long after, long to) {
    List<SeriesSample> samples = new ArrayList<>();
    for (SeriesSnapshot series : history.snapshots()) {
      SeriesReader.forEachSampleOfPublications(
          series,
          after,
          to,
          sample -> {
            if (sample.windowTimeMillis() >= fromMillis) {
              samples.add(new SeriesSample(series, sample));
            }
          });
    }
    samples.sort(PUBLICATION_ORDER);
    return samples;
  }
}
