package io.greenlang.metrics.collectors;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Picks the network interfaces whose traffic counts. A byte that a container sends passes its veth,
 * a bridge and a card; counted at each, it would be three.
 *
 * <p>On Linux those count that have a device behind them. Where none has (a container, whose eth0
 * is itself a veth; other systems) those count whose names are not known to be virtual.
 */
final class PhysicalInterfaces {

  private static final Path LINUX_INTERFACES = Path.of("/sys/class/net");

  /** A name with a dot, such as eth0.100, is a VLAN on eth0. */
  private static final Pattern VIRTUAL =
      Pattern.compile(
          "(lo|veth|docker|br-|virbr|bridge|vnet|vmnet|vboxnet|cni|flannel|cali|tap|tun|utun|ifb"
              + "|dummy|bond|team|vlan|awdl|llw).*|.*\\..*");

  private final Predicate<String> hasDevice;

  PhysicalInterfaces(Predicate<String> hasDevice) {
    this.hasDevice = hasDevice;
  }

  static PhysicalInterfaces ofThisMachine() {
    return new PhysicalInterfaces(
        name -> Files.exists(LINUX_INTERFACES.resolve(name).resolve("device")));
  }

  <T> List<T> among(List<T> all, Function<T, String> name) {
    List<T> withDevice = all.stream().filter(one -> hasDevice.test(name.apply(one))).toList();
    if (!withDevice.isEmpty()) {
      return withDevice;
    }
    return all.stream().filter(one -> !VIRTUAL.matcher(name.apply(one)).matches()).toList();
  }
}
