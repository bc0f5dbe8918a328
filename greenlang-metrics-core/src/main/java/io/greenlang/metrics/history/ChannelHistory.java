package io.greenlang.metrics.history;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiPredicate;

/**
 * The past of one channel, in memory.
 *
 * <p>It is kept series by series, because that is how it is asked for: a client that comes back to
 * one host of ten thousand reads that host's samples and no others. Readings are compressed as they
 * come (see {@link SampleCode}), closed windows when they close (see {@link PackedCode}); nothing
 * is ever recomputed from scratch. Each {@link Tier} is bounded by time and by memory.
 *
 * <p>What changes it runs under the channel's lock. Reading takes no lock: chunks only grow, lists
 * of them are replaced as a whole. Whoever reads first takes a {@linkplain #select snapshot} and
 * <em>then</em> looks at {@link #reachesBehind} or {@link #reachesFrom} to learn what it reaches.
 */
public final class ChannelHistory {

  /**
   * A series that was silent for so long has its chunks sealed, so that they can go when it is
   * time.
   */
  private static final long IDLE_MILLIS = 10 * 60_000;

  private static final long SWEEP_MILLIS = 60_000;

  /** A series without samples, in every list and map that it is in. */
  private static final int SERIES_BYTES = 500;

  private record Key(String name, MetricType type, Tags tags) {}

  private final ConcurrentMap<Key, SeriesHistory> series = new ConcurrentHashMap<>();
  private final Map<RetentionTier, Tier> tiers = new EnumMap<>(RetentionTier.class);
  private final MemoryBudget budget;
  private long nextId;
  private long sweptMillis;

  /** Nothing yet. */
  public ChannelHistory(Retention retention, MemoryBudget budget) {
    this.budget = budget;
    for (RetentionTier tier : RetentionTier.values()) {
      long maxBytes = tier.shareOf(retention.bytesPerChannel());
      tiers.put(tier, new Tier(retention.time(tier).toMillis(), maxBytes, budget));
    }
  }

  /** The past of a series, made if there is none yet. */
  public SeriesHistory series(String name, MetricType type, Tags tags) {
    Key key = new Key(name, type, tags);
    SeriesHistory known = series.get(key);
    if (known == null) {
      known = new SeriesHistory(nextId++, name, type, tags);
      series.put(key, known);
      budget.takes(SERIES_BYTES);
    }
    return known;
  }

  /**
   * Keeps a reading.
   *
   * @param sequence the number of its publication; never less than the one before
   * @param index its place in its publication
   * @param foldMillis the time by which it counts in windows
   */
  public void add(
      SeriesHistory to, long sequence, int index, long timeMillis, long foldMillis, double value) {
    Tier tier = tier(RetentionTier.RAW);
    if (tier.isFull()) {
      tier.refused(foldMillis + 1, sequence);
      return;
    }
    remember(to);
    SampleChunk chunk = to.samples.growing();
    int before = chunk == null ? 0 : chunk.bytes();
    if (chunk == null) {
      chunk = new SampleChunk();
      to.samples.add(chunk);
    }
    chunk.append(sequence, index, timeMillis, foldMillis, value);
    tier.grew(chunk.bytes() - before);
    if (chunk.isFull()) {
      tier.seal(to.samples, chunk);
    }
  }

  /**
   * Keeps a closed window.
   *
   * @param in a tier of windows of that length
   * @param packed what the series came to, packed by its {@link Aggregate#pack}
   * @param sequence the newest publication now
   */
  public void add(
      SeriesHistory to, RetentionTier in, long startMillis, byte[] packed, long sequence) {
    Tier tier = tier(in);
    long windowMillis = Objects.requireNonNull(in.interval()).millis();
    if (tier.isFull()) {
      tier.refused(startMillis + windowMillis, sequence);
      return;
    }
    remember(to);
    ChunkList<WindowChunk> windows = to.windows(in);
    WindowChunk chunk = windows.growing();
    int before = chunk == null ? 0 : chunk.bytes();
    if (chunk == null) {
      chunk = new WindowChunk(windowMillis);
      windows.add(chunk);
    }
    chunk.append(startMillis, packed, sequence);
    tier.grew(chunk.bytes() - before);
    if (chunk.isFull()) {
      tier.seal(windows, chunk);
    }
  }

  /**
   * Says that what was before is not there: this is the past of an instance that came later.
   *
   * @param fromMillis when what is there begins, in milliseconds since 1970
   * @param behind the publication behind which it begins; 0 for windows
   */
  public void begin(RetentionTier tier, long fromMillis, long behind) {
    tier(tier).begin(fromMillis, behind);
  }

  /** Lets go of what is too old. To be called now and then. */
  public void tick(long nowMillis) {
    tiers.values().forEach(tier -> tier.expire(nowMillis));
    if (Math.abs(nowMillis - sweptMillis) >= SWEEP_MILLIS) {
      sweptMillis = nowMillis;
      series.values().forEach(each -> sweep(each, nowMillis));
    }
  }

  /** The series that are asked for, oldest first, as they are now. Any thread. */
  public List<SeriesSnapshot> select(BiPredicate<String, Tags> wanted) {
    List<SeriesSnapshot> selected = new ArrayList<>();
    for (SeriesHistory each : series.values()) {
      if (wanted.test(each.name(), each.tags())) {
        selected.add(each.snapshot());
      }
    }
    selected.sort(Comparator.comparingLong(SeriesSnapshot::id));
    return selected;
  }

  /** Every reading that was published behind this one is still there. Any thread. */
  public long reachesBehind() {
    return tier(RetentionTier.RAW).reachesBehind();
  }

  /**
   * Whatever counts from this time on is still there, in milliseconds since 1970; {@link
   * Long#MIN_VALUE} if nothing was ever let go. Any thread.
   */
  public long reachesFrom(RetentionTier tier) {
    return tier(tier).reachesFrom();
  }

  /** How many readings and windows are kept now. */
  public long entries() {
    return tiers.values().stream().mapToLong(Tier::entries).sum();
  }

  /** How many readings and windows were let go to make room, or because they were too old. */
  public long letGo() {
    return tiers.values().stream().mapToLong(Tier::letGo).sum();
  }

  private Tier tier(RetentionTier tier) {
    return Objects.requireNonNull(tiers.get(tier));
  }

  private void sweep(SeriesHistory each, long nowMillis) {
    for (RetentionTier tier : RetentionTier.values()) {
      ChunkList<? extends Chunk> list =
          tier == RetentionTier.RAW ? each.samples : each.windows(tier);
      Chunk growing = list.growing();
      long idleMillis = Math.max(IDLE_MILLIS, 2 * windowMillis(tier));
      // One that ends far ahead is of a clock that was wrong.
      if (growing != null && Math.abs(growing.endMillis() - nowMillis) > idleMillis) {
        tier(tier).seal(list, growing);
      }
    }
    if (each.isEmpty()) {
      each.forgotten = true;
      series.remove(new Key(each.name(), each.type(), each.tags()));
      budget.takes(-SERIES_BYTES);
    }
  }

  private static long windowMillis(RetentionTier tier) {
    Interval interval = tier.interval();
    return interval == null ? 0 : interval.millis();
  }

  /** A series that had been forgotten has something again. */
  private void remember(SeriesHistory again) {
    if (again.forgotten) {
      again.forgotten = false;
      series.put(new Key(again.name(), again.type(), again.tags()), again);
      budget.takes(SERIES_BYTES);
    }
  }
}
