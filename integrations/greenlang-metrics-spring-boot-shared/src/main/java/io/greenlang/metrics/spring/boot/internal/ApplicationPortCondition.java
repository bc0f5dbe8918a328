package io.greenlang.metrics.spring.boot.internal;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * A condition that matches if the server uses the application's port, because {@code
 * greenlang.metrics.port} is not set. It needs no expression language, whose classes alone would
 * take a part of the start.
 */
public final class ApplicationPortCondition extends SpringBootCondition {

  private static final String PORT = "greenlang.metrics.port";

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    ConditionMessage.Builder message = ConditionMessage.forCondition(PORT);
    return StringUtils.hasLength(context.getEnvironment().getProperty(PORT))
        ? ConditionOutcome.noMatch(message.because("the server has a separate port"))
        : ConditionOutcome.match(message.because("the server has no separate port"));
  }
}
