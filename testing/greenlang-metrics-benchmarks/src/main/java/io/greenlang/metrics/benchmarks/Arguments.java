package io.greenlang.metrics.benchmarks;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Command line of {@code --name value} pairs. The usage text also defines the valid names: an
 * option that it does not mention is an error, so the two cannot diverge.
 */
public final class Arguments {

  private final String usage;
  private final Map<String, String> values = new HashMap<>();

  private Arguments(String usage) {
    this.usage = usage;
  }

  /**
   * Parses a command line. Prints the usage and exits for {@code --help}.
   *
   * @throws IllegalArgumentException if an option is unknown or has no value
   */
  public static Arguments parse(String usage, String[] args) {
    Arguments arguments = new Arguments(usage);
    for (int i = 0; i < args.length; i += 2) {
      if (args[i].equals("--help")) {
        System.out.print(usage);
        System.exit(0);
      }
      if (!args[i].startsWith("--") || !usage.contains(args[i] + " ") || i + 1 == args.length) {
        throw arguments.invalid("unknown option or missing value: \"" + args[i] + "\"");
      }
      arguments.values.put(args[i].substring(2), args[i + 1]);
    }
    return arguments;
  }

  /** Returns the value of an option. */
  public String text(String name, String defaultValue) {
    return values.getOrDefault(name, defaultValue);
  }

  /** Returns the value of an option that is a number. */
  public double number(String name, double defaultValue) {
    String value = values.get(name);
    try {
      return value == null ? defaultValue : Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw invalid("--" + name + " requires a number, but is \"" + value + "\"");
    }
  }

  /** Returns the value of an option that is a whole number. */
  public int integer(String name, int defaultValue) {
    return (int) number(name, defaultValue);
  }

  /** Returns the value of an option that names a constant, in lower case. */
  public <E extends Enum<E>> E choice(String name, E defaultValue) {
    String value = values.get(name);
    if (value == null) {
      return defaultValue;
    }
    for (E constant : defaultValue.getDeclaringClass().getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
        return constant;
      }
    }
    throw invalid("--" + name + " does not have the choice \"" + value + "\"");
  }

  private IllegalArgumentException invalid(String problem) {
    return new IllegalArgumentException(problem + "\n\n" + usage);
  }
}
