package io.greenlang.metrics.collectors.internal.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PhysicalInterfacesTest {

  @Test
  void among_someHaveDevice_selectsThose() {
    PhysicalInterfaces physical = new PhysicalInterfaces(Set.of("eth0", "wlan0")::contains);
    assertThat(among(physical, "eth0", "wlan0", "docker0", "veth12ab", "eth0.100", "bond0"))
        .containsExactly("eth0", "wlan0");
  }

  @Test
  void among_noneHasDevice_selectsThoseNotKnownToBeVirtual() {
    PhysicalInterfaces physical = new PhysicalInterfaces(name -> false);
    assertThat(among(physical, "lo", "eth0", "docker0", "br-0123", "veth1", "eth0.100", "en0"))
        .containsExactly("eth0", "en0");
  }

  private static List<String> among(PhysicalInterfaces physical, String... names) {
    return physical.select(List.of(names), Function.identity());
  }
}
