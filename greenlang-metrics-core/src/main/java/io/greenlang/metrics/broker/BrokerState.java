package io.greenlang.metrics.broker;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who shares a broker and how it fares, as one instance knows it at one moment.
 *
 * @param activeNodes instances that have shown signs of life of late, this one among them
 * @param knownNodes those, and the instances that went silent without a goodbye and are not
 *     forgotten yet
 * @param health what the broker tells of itself, by dotted name, such as {@code memory.used_bytes};
 *     finite numbers. Empty where there is nothing behind it
 * @param trouble what is wrong, for an operator, without anything secret; null while all is well
 */
public record BrokerState(
    int activeNodes, int knownNodes, Map<String, Double> health, @Nullable String trouble) {

  /** Of an instance that is alone. */
  public static final BrokerState ALONE = new BrokerState(1, 1, Map.of(), null);

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException if more nodes are active than known, or none is
   */
  public BrokerState {
    if (activeNodes < 1 || knownNodes < activeNodes) {
      throw new IllegalArgumentException(
          activeNodes + " active of " + knownNodes + " known nodes; at least this one is active");
    }
    health = Map.copyOf(health);
  }
}
