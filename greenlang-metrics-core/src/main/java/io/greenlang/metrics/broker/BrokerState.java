package io.greenlang.metrics.broker;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of the instances that share a broker, and of its health, as one instance knows them.
 *
 * @param activeInstances number of recently active instances, including this one
 * @param knownInstances number of active instances plus those that stopped responding without
 *     signing off and have not expired yet
 * @param health the broker's own metrics by dotted name, such as {@code memory.used_bytes}; all
 *     values are finite. Empty if the broker has no backend. A collector publishes them as {@code
 *     broker.memory.used_bytes} on {@code distributed.metrics}, and the broker describes them there
 *     with {@link BrokerListener#onDescriptions}
 * @param problem the current problem, for operators and without secrets; null while the broker is
 *     healthy
 */
public record BrokerState(
    int activeInstances, int knownInstances, Map<String, Double> health, @Nullable String problem) {

  /** The state of an instance that shares its broker with no other. */
  public static final BrokerState SINGLE_INSTANCE = new BrokerState(1, 1, Map.of(), null);

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException if {@code activeInstances} is less than 1 or exceeds {@code
   *     knownNodes}
   */
  public BrokerState {
    if (activeInstances < 1 || knownInstances < activeInstances) {
      throw new IllegalArgumentException(
          activeInstances
              + " active of "
              + knownInstances
              + " known instances; expected 1 <= active <= known");
    }
    health = Map.copyOf(health);
  }
}
