package io.greenlang.metrics.spring.boot.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.springframework.beans.factory.BeanInitializationException;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * A post-processor that makes resource handlers leave out the dashboard's files. It decides by the
 * file, because many paths lead to one: with encoded characters, with dots, and below the prefixes
 * that an application can set.
 *
 * @param <H> the resource handlers of a web framework
 * @param <R> their resolvers
 */
abstract class DashboardExclusion<H extends InitializingBean, R> implements BeanPostProcessor {

  private final Class<H> handlerType;
  private final R exclusion;

  /**
   * Creates a post-processor.
   *
   * @param exclusion a resolver that finds the files of the resolvers after it, except those of the
   *     dashboard
   */
  DashboardExclusion(Class<H> handlerType, R exclusion) {
    this.handlerType = handlerType;
    this.exclusion = exclusion;
  }

  /** Returns the handlers to which a bean leads: those of a mapping, or the bean itself. */
  abstract Collection<?> handlersOf(Object bean);

  abstract List<R> resolversOf(H handler);

  abstract void setResolvers(H handler, List<R> resolvers);

  @Override
  public final Object postProcessAfterInitialization(Object bean, String beanName) {
    handlersOf(bean).stream()
        .filter(handlerType::isInstance)
        .map(handlerType::cast)
        .forEach(handler -> exclude(handler, beanName));
    return bean;
  }

  private void exclude(H handler, String beanName) {
    List<R> resolvers = new ArrayList<>(resolversOf(handler));
    if (resolvers.contains(exclusion)) {
      return; // the handler has several patterns
    }
    resolvers.add(0, exclusion);
    setResolvers(handler, resolvers);
    try {
      handler.afterPropertiesSet(); // otherwise, it continues to use the previous resolvers
    } catch (Exception e) {
      throw new BeanInitializationException(
          "Failed to exclude the dashboard's files from the resources of bean \"" + beanName + '"',
          e);
    }
  }
}
