package io.greenlang.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DevicesTest {

  private final FakeTime time = new FakeTime();
  private final Set<String> plugged = new TreeSet<>(Set.of("a", "b"));
  private int listings;

  private final Devices<String> devices =
      new Devices<>(
          () -> {
            listings++;
            return new ArrayList<>(plugged);
          },
          plugged::contains,
          time);

  @Test
  void read_withinThirtySeconds_listsOnce() {
    devices.read();
    time.advance(Devices.LISTED_EVERY.minusNanos(1));
    assertThat(devices.read()).containsExactly("a", "b");
    assertThat(listings).isEqualTo(1);
  }

  @Test
  void read_afterThirtySeconds_findsNewDevices() {
    devices.read();
    plugged.add("c");
    assertThat(devices.read()).containsExactly("a", "b");
    time.advance(Devices.LISTED_EVERY);
    assertThat(devices.read()).containsExactly("a", "b", "c");
  }

  @Test
  void read_deviceVanished_isOmittedAndNextReadLists() {
    devices.read();
    plugged.remove("a");
    plugged.add("c");
    assertThat(devices.read()).isEqualTo(List.of("b"));
    assertThat(devices.read()).containsExactly("b", "c");
    assertThat(listings).isEqualTo(2);
  }
}
