package io.greenlang.metrics.collectors.internal.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PhysicalInterfacesTest {

  @Test
  void among_someHaveDevice_selectsThose() {
    assertThat(
            among(
                Set.of("eth0", "wlan0"),
                Map.of(),
                List.of("eth0", "wlan0", "docker0", "veth12ab", "eth0.100", "bond0")))
        .containsExactly("eth0", "wlan0");
  }

  @Test
  void among_noneHasDevice_selectsThoseNotKnownToBeVirtual() {
    assertThat(
            among(
                Set.of(),
                Map.of(),
                List.of("lo", "eth0", "docker0", "br-0123", "veth1", "eth0.100", "en0")))
        .containsExactly("eth0", "en0");
  }

  @Test
  void among_virtualFunctionBesideSynthetic_selectsSynthetic() {
    assertThat(
            among(
                Set.of("eth0", "enP1s1"),
                Map.of("enP1s1", "eth0"),
                List.of("lo", "eth0", "enP1s1")))
        .containsExactly("eth0");
  }

  @Test
  void among_bondOrBridgeOfCards_selectsCards() {
    assertThat(
            among(
                Set.of("eth0", "eth1", "eth2"),
                Map.of("eth0", "uplink", "eth1", "uplink", "eth2", "br0"),
                List.of("eth0", "eth1", "eth2", "uplink", "br0")))
        .containsExactly("eth0", "eth1", "eth2");
  }

  @Test
  void among_bondWithoutDevices_selectsItsMembers() {
    assertThat(
            among(
                Set.of(),
                Map.of("eth0", "uplink", "eth1", "uplink"),
                List.of("lo", "eth0", "eth1", "uplink")))
        .containsExactly("eth0", "eth1");
  }

  private static List<String> among(
      Set<String> withDevice, Map<String, String> masters, List<String> names) {
    PhysicalInterfaces physical =
        new PhysicalInterfaces(
            withDevice::contains, name -> masters.getOrDefault(name, PhysicalInterfaces.NO_MASTER));
    return physical.select(names, Function.identity());
  }
}
