package io.greenlang.metrics.websocket.internal.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTokenTest {

  private static final ChannelPosition PLAIN = new ChannelPosition("3k9x", 12);

  @Test
  void decode_encodedPositions_returnsThem() {
    Map<String, ChannelPosition> positions =
        Map.of(
            "a.metrics", PLAIN,
            "b.metrics", new ChannelPosition("3k9x", 7, 2, false),
            "c.metrics", new ChannelPosition("3k9x.5s.1", 9, 1, true),
            "d.metrics", new ChannelPosition("an epoch ~ of: a broker", 0));
    String token = encode(positions);
    assertThat(token).matches("[A-Za-z0-9._~-]+");
    assertThat(PositionToken.decode(token, positions.keySet())).isEqualTo(positions);
  }

  @Test
  void decode_otherChannels_areIgnored() {
    String token = encode(Map.of("a", PLAIN, "b", PLAIN));
    assertThat(PositionToken.decode(token, List.of("b", "c"))).isEqualTo(Map.of("b", PLAIN));
  }

  @Test
  void encode_128LongChannels_fitsMaximum() {
    List<StreamChannel> channels = new ArrayList<>();
    for (int i = 0; i < 128; i++) {
      ChannelPosition position = new ChannelPosition("epoch-of-chan" + i + ".5s", 999_999_999L);
      channels.add(new StreamChannel("channel." + "x".repeat(50) + i, position, true));
    }
    String token = PositionToken.encode(channels, null);
    assertThat(token).hasSizeLessThan(PositionToken.MAX_LENGTH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "~",
        "x",
        "AAAAAAAA.1",
        "AAAAAAAA.1.",
        "AAAAAAAA.-1.e",
        "AAAAAAAA.1000000000000000000.e",
        "AAAAAAAA.1p.e",
        "AAAAAAAA.1x2.e",
        "AAAAAAAA.1p9999999999.e",
        "AAAAAAAA.1..%",
        "AAAAAAAA.1.e~",
        "AAAAAAAA.1.e\n"
      })
  void decode_malformedText_isRejected(String token) {
    assertThatThrownBy(() -> PositionToken.decode(token, List.of("a")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void decode_randomText_neverFailsOtherwise() {
    long seed = Long.getLong("sse.seed", System.nanoTime());
    System.out.println("sse.seed=" + seed);
    Random random = new Random(seed);
    String alphabet = "AZaz09._~-ps";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "AAAAAAAA." : "");
      for (int length = random.nextInt(20); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(outcome(text.toString())).as("seed %d: %s", seed, text).isNotNull();
    }
  }

  private static Object outcome(String token) {
    try {
      return PositionToken.decode(token, List.of("a"));
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String encode(Map<String, ChannelPosition> positions) {
    List<StreamChannel> channels = new ArrayList<>();
    positions.forEach((name, position) -> channels.add(new StreamChannel(name, position, true)));
    return PositionToken.encode(channels, null);
  }
}
