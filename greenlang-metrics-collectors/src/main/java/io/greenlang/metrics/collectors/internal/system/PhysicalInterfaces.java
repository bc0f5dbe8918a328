package io.greenlang.metrics.collectors.internal.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Filter that selects the network interfaces whose traffic counts towards the total. A byte sent by
 * a container passes its veth, a bridge and a network card; summing over all of them would count it
 * three times.
 *
 * <p>On Linux, interfaces backed by a device are selected. In a container there may be none,
 * because eth0 is itself a veth, and other systems report none. Then interfaces are selected whose
 * names are not known to be virtual.
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

  static PhysicalInterfaces forLocalMachine() {
    return new PhysicalInterfaces(
        name -> Files.exists(LINUX_INTERFACES.resolve(name).resolve("device")));
  }

  <T> List<T> select(List<T> all, Function<T, String> name) {
    List<T> withDevice = all.stream().filter(item -> hasDevice.test(name.apply(item))).toList();
    if (!withDevice.isEmpty()) {
      return withDevice;
    }
    return all.stream().filter(item -> !VIRTUAL.matcher(name.apply(item)).matches()).toList();
  }
}
