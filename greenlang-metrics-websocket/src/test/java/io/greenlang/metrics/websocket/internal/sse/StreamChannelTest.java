package io.greenlang.metrics.websocket.internal.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamChannelTest {

  /** A message: its publication, its number in it, and the offset that it carries. */
  private record Sent(int publication, int number, long offset) {}

  /**
   * Compares every cut of random publications with what the client has: the rest follows in order.
   */
  @Test
  void skips_everyCutOfRandomPublications_leavesExactlyTheRest() {
    long seed = Long.getLong("sse.seed", System.nanoTime());
    System.out.println("sse.seed=" + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<Sent> all = publications(random);
      for (int cut = 0; cut <= all.size(); cut++) {
        int restart = random.nextInt(cut + 1);
        ChannelPosition position = deliver(all, restart, new ChannelPosition("e", 0), random);
        List<Sent> received = new ArrayList<>(all.subList(0, restart));
        received.addAll(resume(all, position, cut - restart));
        ChannelPosition second = lastPosition;
        received.addAll(resume(all, second, Integer.MAX_VALUE));
        assertThat(received).as("seed %d, round %d, cut %d", seed, round, cut).isEqualTo(all);
      }
    }
  }

  private ChannelPosition lastPosition = new ChannelPosition("e", 0);

  @Test
  void advance_latestValues_keepsPosition() {
    StreamChannel channel = new StreamChannel("c", new ChannelPosition("e", 5), true);
    assertThat(channel.advance(5, 5, false)).isFalse();
    assertThat(channel.advance(5, 5, true)).isFalse();
    assertThat(channel.position()).isEqualTo(new ChannelPosition("e", 5));
  }

  @Test
  void advance_windows_countsNoMessages() {
    StreamChannel channel = new StreamChannel("c", new ChannelPosition("e.5s", 5), false);
    assertThat(channel.advance(5, 6, false)).isFalse();
    assertThat(channel.advance(6, 6, true)).isTrue();
    assertThat(channel.position()).isEqualTo(new ChannelPosition("e.5s", 6));
  }

  /** Publications from 1 on; some have no messages in this view. */
  private static List<Sent> publications(Random random) {
    List<Sent> all = new ArrayList<>();
    for (int publication = 1; publication < 6; publication++) {
      int count = random.nextInt(4);
      for (int number = 1; number <= count; number++) {
        all.add(new Sent(publication, number, number == count ? publication : publication - 1L));
      }
    }
    return all;
  }

  /** Delivers the first messages in writes that end with a complete publication. */
  private static ChannelPosition deliver(
      List<Sent> all, int count, ChannelPosition start, Random random) {
    StreamChannel channel = new StreamChannel("c", start, true);
    int next = 0;
    while (next < count) {
      int end = next + 1 + random.nextInt(all.size() - next);
      while (end < all.size() && all.get(end).publication() == all.get(end - 1).publication()) {
        end++;
      }
      for (int i = next; i < Math.min(end, count); i++) {
        channel.advance(all.get(i).offset(), all.get(end - 1).offset(), i == end - 1);
      }
      next = end;
    }
    return channel.position();
  }

  /** Replays in one write, and returns the first messages that are not skipped. */
  private List<Sent> resume(List<Sent> all, ChannelPosition position, int count) {
    StreamChannel channel = new StreamChannel("c", position, true);
    List<Sent> replayed =
        all.stream().filter(each -> each.publication() > position.since()).toList();
    List<Sent> received = new ArrayList<>();
    for (int i = 0; i < replayed.size() && received.size() < count; i++) {
      long offset = replayed.get(i).offset();
      long last = replayed.get(replayed.size() - 1).offset();
      if (!channel.skips(offset, last)) {
        channel.advance(offset, last, i == replayed.size() - 1);
        received.add(replayed.get(i));
      }
    }
    lastPosition = channel.position();
    return received;
  }
}
