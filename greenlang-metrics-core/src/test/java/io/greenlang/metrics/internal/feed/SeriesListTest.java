package io.greenlang.metrics.internal.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the list in chunks with a sorted map. */
class SeriesListTest {

  private static final SeriesKey KEY =
      new SeriesKey(new Channel("test.metrics"), "n", MetricType.GAUGE, Tags.empty());

  private final SeriesList list = new SeriesList();
  private final TreeMap<Long, Series> model = new TreeMap<>();
  private long nextId;

  private void add(Random random) {
    Series series = new Series(nextId, KEY, List.of());
    nextId += 1 + random.nextInt(3);
    list.add(series);
    model.put(series.id(), series);
  }

  private void remove(Random random) {
    List<Long> ids = new ArrayList<>(model.keySet());
    list.remove(Objects.requireNonNull(model.remove(ids.get(random.nextInt(ids.size())))));
  }

  private void verify(Random random) {
    assertThat(list.size()).isEqualTo(model.size());
    long fromId = random.nextInt(Math.toIntExact(nextId) + 2) - 1L;
    int maxCount = 1 + random.nextInt(2 * SeriesList.CHUNK);
    assertThat(list.slice(fromId, maxCount))
        .isEqualTo(model.tailMap(fromId).values().stream().limit(maxCount).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void slice_afterAnyChanges_isThatOfASortedMap(int seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 1_500; i++) {
        add(random);
        verify(random);
      }
      while (model.size() > 40 * round) {
        remove(random);
        verify(random);
      }
    }
    while (!model.isEmpty()) {
      remove(random);
      verify(random);
    }
  }
}
