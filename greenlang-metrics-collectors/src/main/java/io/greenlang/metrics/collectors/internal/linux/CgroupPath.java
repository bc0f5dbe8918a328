package io.greenlang.metrics.collectors.internal.linux;

import java.util.List;

/**
 * The cgroups that a controller applies to this process: its own one, and the visible ones above.
 *
 * @param version 1 or 2
 * @param levels the directories, that of the process first; without the root of the hierarchy,
 *     which is the host itself and has no limit; empty if the process is in the root
 */
record CgroupPath(int version, List<String> levels) {

  CgroupPath {
    levels = List.copyOf(levels);
  }

  boolean isUnified() {
    return version == 2;
  }
}
