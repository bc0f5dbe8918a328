package io.greenlang.metrics.spring.boot;

/**
 * A configuration that the metrics server cannot start with. Spring Boot reports it as a
 * description and an action, without a stack trace.
 */
public final class MetricsConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String action;

  /**
   * Creates an exception.
   *
   * @param description the problem, in one sentence
   * @param action the property or dependency to change, in one sentence
   * @param cause the failure of the library
   */
  public MetricsConfigurationException(String description, String action, Throwable cause) {
    super(description, cause);
    this.action = action;
  }

  /** Creates an exception of a configuration that lacks something. */
  public MetricsConfigurationException(String description, String action) {
    super(description);
    this.action = action;
  }

  /** Returns the property or dependency to change, in one sentence. */
  public String action() {
    return action;
  }
}
