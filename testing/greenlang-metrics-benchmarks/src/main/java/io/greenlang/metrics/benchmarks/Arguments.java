package io.greenlang.metrics.benchmarks;

import java.util.HashMap;
import java.util.Map;

/**
 * A command line of {@code --name value} pairs. The usage text is the list of names: an option that
 * it does not show is an error, so the two cannot drift apart.
 */
final class Arguments {

  private final String usage;
  private final Map<String, String> values = new HashMap<>();

  private Arguments(String usage) {
    this.usage = usage;
  }

  /**
   * Parses a command line; prints the usage and exits when it is asked for or a name is unknown.
   */
  static Arguments parse(String usage, String[] args) {
    Arguments arguments = new Arguments(usage);
    for (int i = 0; i < args.length; i += 2) {
      if (args[i].equals("--help")) {
        System.out.print(usage);
        System.exit(0);
      }
      if (!args[i].startsWith("--") || !usage.contains(args[i] + " ") || i + 1 == args.length) {
        throw arguments.fail("cannot read \"" + args[i] + "\"");
      }
      arguments.values.put(args[i].substring(2), args[i + 1]);
    }
    return arguments;
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  double number(String name, double otherwise) {
    String value = values.get(name);
    try {
      return value == null ? otherwise : Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw fail("--" + name + " wants a number, but got \"" + value + "\"");
    }
  }

  int integer(String name, int otherwise) {
    return (int) number(name, otherwise);
  }

  private IllegalArgumentException fail(String problem) {
    return new IllegalArgumentException(problem + "\n\n" + usage);
  }
}
