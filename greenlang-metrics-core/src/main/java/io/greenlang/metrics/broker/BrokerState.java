package io.greenlang.metrics.broker;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of the instances that share a broker, and of its health, as one instance knows them.
 *
 * @param activeNodes number of recently active instances, including this one
 * @param knownNodes number of active instances plus those that stopped responding without signing
 *     off and have not expired yet
 * @param health the broker's own metrics by dotted name, such as {@code memory.used_bytes}; all
 *     values are finite. Empty if the broker has no backend
 * @param trouble the current problem, for operators and without secrets; null while the broker is
 *     healthy
 */
public record BrokerState(
    int activeNodes, int knownNodes, Map<String, Double> health, @Nullable String trouble) {

  /** The state of an instance that shares its broker with no other. */
  public static final BrokerState ALONE = new BrokerState(1, 1, Map.of(), null);

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException if {@code activeNodes} is less than 1 or exceeds {@code
   *     knownNodes}
   */
  public BrokerState {
    if (activeNodes < 1 || knownNodes < activeNodes) {
      throw new IllegalArgumentException(
          activeNodes
              + " active of "
              + knownNodes
              + " known instances; expected 1 <= active <= known");
    }
    health = Map.copyOf(health);
  }
}
