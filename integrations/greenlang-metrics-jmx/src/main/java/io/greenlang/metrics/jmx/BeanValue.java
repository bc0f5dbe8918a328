package io.greenlang.metrics.jmx;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.jspecify.annotations.Nullable;

/**
 * A number in an attribute of an MBean, and its place in there. Immutable.
 *
 * @param path the attribute and the items of composite data on the way to the number
 * @param name the attribute or the item that is the number
 * @param row the keys of the rows of tabular data on the way
 * @param number the number; booleans are 1 and 0
 */
record BeanValue(List<String> path, String name, List<BeanName.Property> row, double number) {

  /** The maximum depth of composite and tabular data. */
  private static final int MAX_DEPTH = 8;

  /**
   * Passes all numbers of an attribute to a visitor: those of composite data, and those of the rows
   * of tabular data. Ends when the visitor returns false. Other types of values have none.
   *
   * @return false if the visitor returned false
   */
  static boolean open(String attribute, @Nullable Object value, Predicate<BeanValue> visitor) {
    return new BeanValue(List.of(), attribute, List.of(), 0).open(value, visitor);
  }

  private boolean open(@Nullable Object value, Predicate<BeanValue> visitor) {
    if (value instanceof Number found) {
      return visitor.test(new BeanValue(path, name, row, found.doubleValue()));
    }
    if (value instanceof Boolean found) {
      return visitor.test(new BeanValue(path, name, row, found ? 1 : 0));
    }
    if (path.size() + row.size() >= MAX_DEPTH) {
      return true;
    }
    if (value instanceof CompositeData composite) {
      return openItems(composite, List.copyOf(composite.getCompositeType().keySet()), visitor);
    }
    return !(value instanceof TabularData table) || openRows(table, visitor);
  }

  private boolean openItems(
      CompositeData composite, List<String> items, Predicate<BeanValue> visitor) {
    for (String item : items) {
      if (!inside(item, row).open(composite.get(item), visitor)) {
        return false;
      }
    }
    return true;
  }

  private boolean openRows(TabularData table, Predicate<BeanValue> visitor) {
    List<String> indexes = table.getTabularType().getIndexNames();
    List<String> columns = new ArrayList<>(table.getTabularType().getRowType().keySet());
    columns.removeAll(indexes);
    for (Object each : table.values()) {
      if (each instanceof CompositeData found && !openRow(found, indexes, columns, visitor)) {
        return false;
      }
    }
    return true;
  }

  private boolean openRow(
      CompositeData found,
      List<String> indexes,
      List<String> columns,
      Predicate<BeanValue> visitor) {
    List<BeanName.Property> keys = new ArrayList<>(row);
    for (String index : indexes) {
      keys.add(new BeanName.Property(index, String.valueOf(found.get(index))));
    }
    BeanValue place = new BeanValue(path, name, List.copyOf(keys), 0);
    // a map of an MXBean is a table with the columns key and value
    return columns.equals(List.of("value"))
        ? place.open(found.get("value"), visitor)
        : place.openItems(found, columns, visitor);
  }

  private BeanValue inside(String item, List<BeanName.Property> keys) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return new BeanValue(List.copyOf(longer), item, keys, 0);
  }
}
