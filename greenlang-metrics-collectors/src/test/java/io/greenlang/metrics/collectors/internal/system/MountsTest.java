package io.greenlang.metrics.collectors.internal.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountsTest {

  @TempDir Path folder;

  private List<String> listed(String... lines) throws IOException {
    Path table = Files.write(folder.resolve("mounts"), List.of(lines));
    return new Mounts(table).list().stream().map(File::getPath).toList();
  }

  @Test
  void list_localDevices_areSortedByName() throws IOException {
    assertThat(
            listed(
                "/dev/sdb1 /home xfs rw 0 0",
                "/dev/sda1 / ext4 rw 0 0",
                "tank/data /tank zfs rw 0 0"))
        .containsExactly("/", "/home", "/tank");
  }

  @Test
  void list_pathIsNotUtf8_doesNotHideOthers() throws IOException {
    String lines = "/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /caf\u00e9 xfs rw 0 0\n";
    Path table = Files.write(folder.resolve("mounts"), lines.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(new Mounts(table).list()).contains(new File("/"));
  }

  @Test
  void list_networkMemoryAndImages_areExcluded() throws IOException {
    assertThat(
            listed(
                "server:/export /mnt/nfs nfs4 rw 0 0",
                "//server/share /mnt/smb cifs rw 0 0",
                "tmpfs /tmp tmpfs rw 0 0",
                "proc /proc proc rw 0 0",
                "/dev/loop0 /snap/core/1 squashfs ro 0 0",
                "nonsense"))
        .isEmpty();
  }

  @Test
  void list_deviceMountedTwice_isListedOnceByShortestPath() throws IOException {
    assertThat(
            listed(
                "/dev/vda1 /etc/hosts ext4 rw 0 0",
                "/dev/vda1 /data ext4 rw 0 0",
                "/dev/vda1 /etc/hostname ext4 rw 0 0"))
        .containsExactly("/data");
  }

  @Test
  void list_spaceInPath_isUnescaped() throws IOException {
    assertThat(listed("/dev/sdc1 /media/my\\040disk\\134 vfat rw 0 0"))
        .containsExactly("/media/my disk\\");
  }

  @Test
  void list_thousands_isLimited() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      lines.add("/dev/mapper/pvc-" + i + " /pods/" + i + " ext4 rw 0 0");
    }
    assertThat(listed(lines.toArray(String[]::new))).hasSize(32);
  }
}
