package io.greenlang.metrics.testkit.security;

/**
 * The sizes of attacks. {@code make test} runs each in a few seconds. {@code make hostile} sets the
 * environment variable {@code HOSTILE=full}, and runs those whose threat or fault has a given size
 * at that size, in minutes.
 */
public final class AttackSize {

  private static final String VARIABLE = "HOSTILE";

  /** The factor of the usual sizes; {@code -Dhostile.scale} changes it. */
  private static final int SCALE = Integer.getInteger("hostile.scale", 1);

  private static final boolean FULL = isFull(System.getenv().getOrDefault(VARIABLE, ""));

  private AttackSize() {}

  /** Returns the size of an attack that has no given size. */
  public static int of(int usual) {
    return usual * SCALE;
  }

  /**
   * Returns the size of an attack.
   *
   * @param usual the size for {@code make test}
   * @param full the given size of the threat or fault, for {@code make hostile}
   */
  public static int of(int usual, int full) {
    return FULL ? full : of(usual);
  }

  /**
   * Returns whether a value of the variable requests full sizes.
   *
   * @throws IllegalArgumentException if it is neither {@code full} nor empty
   */
  static boolean isFull(String value) {
    return switch (value) {
      case "" -> false;
      case "full" -> true;
      default ->
          throw new IllegalArgumentException(VARIABLE + "=" + value + " must be full or empty");
    };
  }
}
