package io.greenlang.metrics;

/**
 * A channel: the name of a stream of publications, such as {@code system.metrics}. Immutable.
 *
 * @param name 1 to {@value #MAX_LENGTH} letters, digits, {@code .}, {@code _} or {@code -},
 *     beginning with a letter or digit; case-sensitive
 */
public record Channel(String name) implements Comparable<Channel> {

  /** The maximum length of a name, in characters. */
  public static final int MAX_LENGTH = 64;

  /** The built-in channel for the system resources of a host: CPU, memory, disk, network. */
  public static final Channel SYSTEM = new Channel("system.metrics");

  /** The built-in channel for workflow executions. */
  public static final Channel WORKFLOW = new Channel("workflow.metrics");

  /** The built-in channel for agent calls. */
  public static final Channel AGENT = new Channel("agent.metrics");

  /** The built-in channel for the state of the cluster. */
  public static final Channel DISTRIBUTED = new Channel("distributed.metrics");

  /**
   * Creates a channel.
   *
   * @throws IllegalArgumentException if the name does not have the form described above
   */
  public Channel {
    Text.requireName("channel", name, MAX_LENGTH);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      boolean allowed = alphanumeric || (i > 0 && (c == '.' || c == '_' || c == '-'));
      if (!allowed) {
        throw new IllegalArgumentException(
            "channel \""
                + Text.escaped(name)
                + "\" must begin with a letter or digit and contain only letters, digits, '.',"
                + " '_' and '-'");
      }
    }
  }

  /** Compares channels by name. */
  @Override
  public int compareTo(Channel other) {
    return name.compareTo(other.name);
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return name;
  }
}
