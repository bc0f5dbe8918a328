package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.spring.boot.MetricsConfigurationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** An analyzer that reports an invalid configuration as a description and an action. */
public final class ConfigurationFailureAnalyzer
    extends AbstractFailureAnalyzer<MetricsConfigurationException> {

  /** Creates an analyzer; Spring Boot calls it. */
  public ConfigurationFailureAnalyzer() {}

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, MetricsConfigurationException cause) {
    return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
  }
}
