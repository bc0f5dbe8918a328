package io.greenlang.metrics.testkit.random;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A generator of messages of every shape that both encodings support, and seeds for fuzzing. */
public final class RandomMessages {

  private static final Map<String, Object> SUBSCRIPTION =
      Map.of(
          "channels",
          List.of("system.metrics", "workflow.*"),
          "tags",
          Map.of("env", "production", "region", List.of("eu", "us")),
          "metrics",
          List.of("cpu.*"),
          "format",
          "snapshot",
          "compression",
          true,
          "latest",
          false);

  private static final List<Map<String, Object>> COMMANDS =
      List.of(
          Map.of("type", "subscribe", "id", "a-1", "data", SUBSCRIPTION),
          Map.of("type", "subscribe", "data", Map.of("channels", List.of("*"), "batch", true)),
          Map.of("type", "unsubscribe", "channels", List.of("system.metrics")),
          Map.of("type", "unsubscribe", "data", Map.of("channels", List.of("system.metrics"))),
          Map.of("type", "pong", "timestamp", 1699459200.0),
          Map.of(
              "type",
              "get_history",
              "id",
              "\ud83d\udc1f",
              "data",
              Map.of("channel", "system.metrics", "limit", 1000)),
          Map.of("type", "dance", "id", "a-2", "n", new BigInteger("18446744073709551615")));

  private final Random random;

  public RandomMessages(long seed) {
    this.random = new Random(seed);
  }

  public Map<String, @Nullable Object> next() {
    return map(3);
  }

  private Map<String, @Nullable Object> map(int depth) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int size = random.nextInt(6); size > 0; size--) {
      map.put(RandomText.next(random, 40), value(depth));
    }
    return map;
  }

  private @Nullable Object value(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 7)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextLong();
      case 3 -> (long) random.nextInt(300) - 150;
      case 4 -> RandomNumbers.next(random);
      case 5 -> RandomText.next(random, 300);
      case 6 -> "";
      case 7 -> map(depth - 1);
      default -> list(depth - 1);
    };
  }

  private List<@Nullable Object> list(int depth) {
    List<@Nullable Object> list = new ArrayList<>();
    for (int size = random.nextInt(20); size > 0; size--) {
      list.add(value(depth));
    }
    return list;
  }

  /** Returns valid client commands. */
  public static List<Map<String, Object>> commands() {
    return COMMANDS;
  }
}
