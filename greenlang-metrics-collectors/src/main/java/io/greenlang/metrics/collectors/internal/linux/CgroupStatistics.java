package io.greenlang.metrics.collectors.internal.linux;

import java.util.List;

/**
 * Parser of files with one name and number per line, such as {@code memory.stat}, and of lists of
 * processors.
 */
final class CgroupStatistics {

  private CgroupStatistics() {}

  /** Returns the number after a name; -1 if there is no such line. */
  static long value(List<String> lines, String name) {
    for (String line : lines) {
      if (line.startsWith(name)
          && line.length() > name.length()
          && Character.isWhitespace(line.charAt(name.length()))) {
        return new Fields(line, name.length()).nextNumber();
      }
    }
    return -1;
  }

  /**
   * Returns the number of processors in a list such as {@code 0-3,8}; -1 if it is empty or
   * malformed.
   */
  static long countCpus(String list) {
    long count = 0;
    for (String range : list.strip().split(",", -1)) {
      String[] ends = range.split("-", 2);
      long first = new Fields(ends[0]).nextNumber();
      long last = new Fields(ends[ends.length - 1]).nextNumber();
      if (first < 0 || last < first) {
        return -1;
      }
      count += last - first + 1;
    }
    return count;
  }
}
