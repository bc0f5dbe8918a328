package io.greenlang.metrics.collectors.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verifies the forms of {@code /proc/self/cgroup} and {@code /proc/self/mountinfo}. */
class CgroupLocatorTest {

  private static final String UNIFIED = "/sys/fs/cgroup";
  private static final String V1_MEMORY = "/sys/fs/cgroup/memory";

  @TempDir Path root;
  private FileTree tree;
  private CgroupLocator locator;

  @BeforeEach
  void createTree() {
    tree = new FileTree(root);
    locator = new CgroupLocator(tree.files());
  }

  private void membership(String... lines) {
    tree.write("/proc/self/cgroup", lines);
  }

  private static String mount(String type, String mountRoot, String mountPoint, String options) {
    return "31 23 0:28 %s %s rw,relatime shared:9 master:1 - %s cgroup rw,%s"
        .formatted(mountRoot, mountPoint, type, options);
  }

  private void mounts(String... lines) {
    tree.write("/proc/self/mountinfo", lines);
  }

  /** Creates cgroups of version 2 below a root. */
  private void unified(String... directories) {
    tree.write(UNIFIED + "/cgroup.controllers", "cpu memory");
    for (String directory : directories) {
      tree.write(UNIFIED + directory + "/cgroup.events", "populated 1");
    }
  }

  private List<String> levels(String controller) {
    locator.refresh();
    CgroupPath path = locator.find(controller);
    return path == null ? List.of("none") : path.levels();
  }

  @Test
  void find_namespaceOfVersion2_isTheMount() {
    membership("0::/");
    mounts(mount("cgroup2", "/", UNIFIED, "nsdelegate"));
    unified("");
    assertThat(levels("memory")).containsExactly(UNIFIED);
  }

  @Test
  void find_hostInRootOfVersion2_hasNoLevels() {
    membership("0::/");
    mounts(mount("cgroup2", "/", UNIFIED, "nsdelegate"));
    unified();
    assertThat(levels("memory")).isEmpty();
  }

  @Test
  void find_serviceOnHost_hasAllLevelsInnermostFirst() {
    membership("0::/system.slice/app.service");
    mounts(mount("cgroup2", "/", UNIFIED, "nsdelegate"));
    unified("/system.slice", "/system.slice/app.service");
    assertThat(levels("cpu"))
        .containsExactly(UNIFIED + "/system.slice/app.service", UNIFIED + "/system.slice");
  }

  @Test
  void find_mountOfContainerWithHostPath_isTheMount() {
    membership("4:memory:/docker/0a1b", "0::/");
    mounts(mount("cgroup", "/docker/0a1b", V1_MEMORY, "memory"));
    tree.write(V1_MEMORY + "/memory.limit_in_bytes", "1");
    assertThat(levels("memory")).containsExactly(V1_MEMORY);
  }

  @Test
  void find_cgroupBelowMountOfContainer_isRelativeToIt() {
    membership("4:memory:/docker/0a1b/worker");
    mounts(mount("cgroup", "/docker/0a1b", V1_MEMORY, "memory"));
    tree.write(V1_MEMORY + "/worker/memory.limit_in_bytes", "1");
    assertThat(levels("memory")).containsExactly(V1_MEMORY + "/worker", V1_MEMORY);
  }

  @Test
  void find_hostPathThatMountDoesNotHave_isItsLongestEnd() {
    membership("4:memory:/kubepods/pod7/0a1b/worker");
    mounts(mount("cgroup", "/", V1_MEMORY, "memory"));
    tree.write(V1_MEMORY + "/worker/memory.limit_in_bytes", "1");
    assertThat(levels("memory")).containsExactly(V1_MEMORY + "/worker", V1_MEMORY);
    membership("4:memory:/kubepods/pod7/0a1b");
    assertThat(levels("memory")).containsExactly(V1_MEMORY);
  }

  @Test
  void find_rootOfVersion1_hasNoLevels() {
    membership("4:memory:/");
    mounts(mount("cgroup", "/", V1_MEMORY, "memory"));
    tree.write(V1_MEMORY + "/release_agent", "");
    assertThat(levels("memory")).isEmpty();
  }

  @Test
  void find_hybrid_usesHierarchyOfController() {
    membership("5:cpu,cpuacct:/a", "4:memory:/a", "1:name=systemd:/a", "0::/b:c");
    mounts(
        mount("cgroup2", "/", UNIFIED + "/unified", "nsdelegate"),
        mount("cgroup", "/", UNIFIED + "/cpu,cpuacct", "cpu,cpuacct"),
        mount("cgroup", "/", V1_MEMORY, "memory"));
    tree.write(UNIFIED + "/unified/b:c/cgroup.events", "");
    tree.write(UNIFIED + "/cpu,cpuacct/a/cpu.shares", "1");
    tree.write(UNIFIED + "/cpu,cpuacct/release_agent", "");
    tree.write(V1_MEMORY + "/a/memory.limit_in_bytes", "1").write(V1_MEMORY + "/release_agent", "");
    assertThat(levels("cpuacct")).containsExactly(UNIFIED + "/cpu,cpuacct/a");
    assertThat(levels("memory")).containsExactly(V1_MEMORY + "/a");
    assertThat(levels("cpuset")).containsExactly(UNIFIED + "/unified/b:c");
  }

  @Test
  void find_mountOfHostBesideOwnOne_usesOwnOne() {
    membership("0::/");
    mounts(
        mount("cgroup2", "/../../..", "/host/sys/fs/cgroup", "nsdelegate"),
        mount("cgroup2", "/", UNIFIED, "nsdelegate"));
    tree.write("/host/sys/fs/cgroup/cgroup.controllers", "memory");
    unified("");
    assertThat(levels("memory")).containsExactly(UNIFIED);
  }

  @Test
  void find_mountAboveNamespaceOnly_isNone() {
    membership("0::/");
    mounts(mount("cgroup2", "/../..", UNIFIED, "nsdelegate"));
    unified("");
    assertThat(levels("memory")).containsExactly("none");
  }

  @Test
  void find_movedBesideNamespace_isFoundThroughMountOfParent() {
    membership("0::/../other");
    mounts(mount("cgroup2", "/..", UNIFIED, "nsdelegate"));
    unified("", "/other");
    assertThat(levels("memory")).containsExactly(UNIFIED + "/other", UNIFIED);
    mounts(mount("cgroup2", "/", UNIFIED, "nsdelegate"));
    locator = new CgroupLocator(tree.files());
    assertThat(levels("memory")).containsExactly("none");
  }

  @Test
  void find_processIsMoved_followsIt() {
    membership("0::/a");
    mounts(mount("cgroup2", "/", UNIFIED, "nsdelegate"));
    unified("/a", "/b");
    assertThat(levels("memory")).containsExactly(UNIFIED + "/a");
    membership("0::/b");
    assertThat(levels("memory")).containsExactly(UNIFIED + "/b");
  }

  @Test
  void find_spaceInMountPoint_isUnescaped() {
    membership("0::/");
    mounts(mount("cgroup2", "/", "/sys/my\\040cgroup", "nsdelegate"));
    tree.write("/sys/my cgroup/cgroup.events", "");
    assertThat(levels("memory")).containsExactly("/sys/my cgroup");
  }

  @Test
  void find_noCgroupFilesOrNonsense_isNone() {
    assertThat(levels("memory")).containsExactly("none");
    membership("nonsense", "0:", "::");
    mounts("nonsense", "1 - cgroup2", " - cgroup cgroup rw,memory");
    assertThat(levels("memory")).containsExactly("none");
  }

  @Test
  void find_veryDeepPath_isBounded() {
    String deep = "/x".repeat(200);
    membership("0::" + deep);
    mounts(mount("cgroup2", "/", UNIFIED, "nsdelegate"));
    for (int i = 1; i <= 200; i++) {
      unified("/x".repeat(i));
    }
    assertThat(levels("memory")).hasSize(64).startsWith(UNIFIED + deep);
  }
}
