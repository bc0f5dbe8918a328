package io.greenlang.metrics;

/**
 * The name of a stream of publications, such as {@code system.metrics}.
 *
 * @param name 1 to {@value #MAX_LENGTH} letters, digits, {@code .}, {@code _} or {@code -},
 *     beginning with a letter or digit; compared exactly
 */
public record Channel(String name) implements Comparable<Channel> {

  /** The longest name, in characters. */
  public static final int MAX_LENGTH = 64;

  /** System resources of a host: CPU, memory, disk, network. */
  public static final Channel SYSTEM = new Channel("system.metrics");

  /** Workflow executions. */
  public static final Channel WORKFLOW = new Channel("workflow.metrics");

  /** Agent calls. */
  public static final Channel AGENT = new Channel("agent.metrics");

  /** The state of the cluster. */
  public static final Channel DISTRIBUTED = new Channel("distributed.metrics");

  /**
   * Names a channel.
   *
   * @throws IllegalArgumentException if the name is not of the form above
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
                + Text.shown(name)
                + "\" may hold letters, digits, '.', '_' and '-', and begins with a letter or"
                + " digit");
      }
    }
  }

  /** Channels sort by name. */
  @Override
  public int compareTo(Channel other) {
    return name.compareTo(other.name);
  }

  /** The name alone. */
  @Override
  public String toString() {
    return name;
  }
}
