package io.greenlang.metrics.collectors.internal.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.collectors.ManualSleeper;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DeviceCacheTest {

  private final ManualSleeper time = new ManualSleeper();
  private final Set<String> plugged = new TreeSet<>(Set.of("a", "b"));
  private int listings;

  private final DeviceCache<String> devices =
      new DeviceCache<>(
          () -> {
            listings++;
            return new ArrayList<>(plugged);
          },
          plugged::contains,
          time);

  @Test
  void read_withinThirtySeconds_listsOnce() {
    devices.refresh();
    time.advance(DeviceCache.LIST_INTERVAL.minusNanos(1));
    assertThat(devices.refresh()).containsExactly("a", "b");
    assertThat(listings).isEqualTo(1);
  }

  @Test
  void read_afterThirtySeconds_findsNewDevices() {
    devices.refresh();
    plugged.add("c");
    assertThat(devices.refresh()).containsExactly("a", "b");
    time.advance(DeviceCache.LIST_INTERVAL);
    assertThat(devices.refresh()).containsExactly("a", "b", "c");
  }

  @Test
  void read_deviceVanished_isOmittedAndNextReadLists() {
    devices.refresh();
    plugged.remove("a");
    plugged.add("c");
    assertThat(devices.refresh()).isEqualTo(List.of("b"));
    assertThat(devices.refresh()).containsExactly("b", "c");
    assertThat(listings).isEqualTo(2);
  }
}
