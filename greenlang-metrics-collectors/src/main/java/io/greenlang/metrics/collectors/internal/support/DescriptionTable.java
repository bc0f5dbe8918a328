package io.greenlang.metrics.collectors.internal.support;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import java.util.List;

/**
 * A parser of tables of metrics. Each line has a name, a unit and a description, with spaces in
 * between.
 */
public final class DescriptionTable {

  private DescriptionTable() {}

  /**
   * Returns the descriptions in a table.
   *
   * @throws IllegalArgumentException if a line is invalid
   */
  public static List<MetricDescription> parse(Channel channel, String table) {
    return table.lines().map(line -> parseLine(channel, line)).toList();
  }

  private static MetricDescription parseLine(Channel channel, String line) {
    String[] fields = line.strip().split(" +", 3);
    if (fields.length != 3) {
      throw new IllegalArgumentException("not a name, a unit and a description: " + line);
    }
    return new MetricDescription(channel, fields[0], fields[1], fields[2]);
  }
}
