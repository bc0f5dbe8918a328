package io.greenlang.metrics.collectors.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelFilesTest {

  @TempDir Path root;
  private FileTree tree;

  @BeforeEach
  void createTree() {
    tree = new FileTree(root);
  }

  @Test
  void read_absentFile_isNull() {
    assertThat(tree.files().read("/proc/none")).isNull();
    assertThat(tree.files().lines("/proc/none")).isEmpty();
    assertThat(tree.files().readNumber("/proc/none")).isEqualTo(-1);
  }

  @Test
  void read_directory_throwsAndIsNotTakenForAbsent() {
    tree.write("/proc/net/dev", "");
    assertThatThrownBy(() -> tree.files().read("/proc/net"))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void read_fileLargerThanBuffer_isComplete() {
    String text = "0123456789".repeat(10_000);
    tree.write("/proc/large", text);
    assertThat(tree.files().read("/proc/large")).isEqualTo(text + "\n");
    tree.write("/proc/large", "short");
    assertThat(tree.files().read("/proc/large")).isEqualTo("short\n");
  }

  @Test
  void read_fileLargerThanLimit_isCut() {
    tree.write("/proc/huge", "x".repeat(KernelFiles.MAX_BYTES));
    assertThat(tree.files().read("/proc/huge")).hasSize(KernelFiles.MAX_BYTES);
  }

  @Test
  void readNumber_textOrOverflow_isUnknown() {
    tree.write("/max", "max").write("/overflow", "18446744073709551615").write("/number", "42");
    assertThat(tree.files().readNumber("/max")).isEqualTo(-1);
    assertThat(tree.files().readNumber("/overflow")).isEqualTo(-1);
    assertThat(tree.files().readNumber("/number")).isEqualTo(42);
  }

  @Test
  void exists_linkWithoutTarget_isFoundWithItsTarget() {
    tree.link("/sys/class/net/eth1/master", "../bond0");
    assertThat(tree.files().exists("/sys/class/net/eth1/master")).isTrue();
    assertThat(tree.files().linkTarget("/sys/class/net/eth1/master")).isEqualTo("bond0");
    assertThat(tree.files().linkTarget("/sys/class/net/eth2/master")).isNull();
  }
}
