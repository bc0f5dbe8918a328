package io.greenlang.metrics.jmx;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.management.ObjectName;

/**
 * The domain of an MBean's name, and its properties. The property {@code type} is the first, and
 * the others have the order in which they were written: JDKs differ in the place of the type.
 * Immutable.
 *
 * @param properties the properties, such as {@code type=Memory}, with their quotes
 */
record BeanName(String domain, List<Property> properties) {

  /** A property of a name: a key and a value, which may be quoted. */
  record Property(String key, String value) {

    /** Returns the value without quotes. */
    String unquoted() {
      return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
          ? ObjectName.unquote(value)
          : value;
    }

    @Override
    public String toString() {
      return key + "=" + value;
    }
  }

  static BeanName of(ObjectName name) {
    return new BeanName(name.getDomain(), parse(name.getKeyPropertyListString()));
  }

  /** Divides a list at its commas, except those in quotes. */
  private static List<Property> parse(String list) {
    List<Property> properties = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == '\\') {
        i++; // the next character is escaped, in quotes
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        properties.add(property(list.substring(start, i)));
        start = i + 1;
      }
    }
    properties.add(property(list.substring(start)));
    properties.sort(Comparator.comparing(property -> !property.key.equals("type")));
    return List.copyOf(properties);
  }

  private static Property property(String text) {
    int separator = text.indexOf('=');
    return new Property(text.substring(0, separator), text.substring(separator + 1));
  }

  /** Returns the text in which the patterns of rules are searched; see {@link JmxRule}. */
  String describe(BeanValue value) {
    List<String> all = new ArrayList<>();
    properties.forEach(property -> all.add(property.toString()));
    value.row().forEach(property -> all.add(property.toString()));
    return domain
        + "<"
        + String.join(", ", all)
        + "><"
        + String.join(", ", value.path())
        + ">"
        + value.name();
  }
}
