package io.greenlang.metrics.collectors.internal.system;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Filter that selects the network interfaces whose traffic counts towards the total. A byte sent by
 * a container passes its veth, a bridge and a network card; summing over all of them would count it
 * three times.
 *
 * <p>On Linux, interfaces backed by a device are selected. Of a device and its parts, only the
 * whole is selected: the synthetic interface of a virtual machine on Hyper-V or Azure includes the
 * traffic of its virtual function, whose master it is. A bond or a bridge has no device, so its
 * members are selected. A bridge itself would not do, because it does not see the traffic that it
 * forwards.
 *
 * <p>In a container there may be no device, because eth0 is itself a veth, and other systems report
 * none. Then interfaces are selected whose names are not known to be virtual, and of a whole and
 * its parts, only the parts.
 */
final class PhysicalInterfaces {

  static final String NO_MASTER = "";

  /** A name with a dot, such as eth0.100, is a VLAN on eth0. */
  private static final Pattern VIRTUAL =
      Pattern.compile(
          "(lo|veth|docker|br-|virbr|bridge|vnet|vmnet|vboxnet|cni|flannel|cali|tap|tun|utun|ifb"
              + "|dummy|bond|team|vlan|awdl|llw).*|.*\\..*");

  private final Predicate<String> hasDevice;
  private final UnaryOperator<String> master;

  /**
   * Creates a filter.
   *
   * @param hasDevice returns whether a device is behind an interface
   * @param master returns the interface that one is a part of, or {@link #NO_MASTER}
   */
  PhysicalInterfaces(Predicate<String> hasDevice, UnaryOperator<String> master) {
    this.hasDevice = hasDevice;
    this.master = master;
  }

  <T> List<T> select(List<T> all, Function<T, String> name) {
    Set<String> withDevice =
        all.stream().map(name).filter(hasDevice).collect(Collectors.toUnmodifiableSet());
    if (!withDevice.isEmpty()) {
      return all.stream()
          .filter(item -> withDevice.contains(name.apply(item)))
          .filter(item -> !withDevice.contains(master.apply(name.apply(item))))
          .toList();
    }
    List<T> named =
        all.stream().filter(item -> !VIRTUAL.matcher(name.apply(item)).matches()).toList();
    Set<String> wholes =
        named.stream().map(name).map(master).collect(Collectors.toUnmodifiableSet());
    return named.stream().filter(item -> !wholes.contains(name.apply(item))).toList();
  }
}
