package io.greenlang.metrics.spring.boot.autoconfigure;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanInitializationException;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.io.Resource;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;
import org.springframework.web.servlet.resource.ResourceResolver;
import org.springframework.web.servlet.resource.ResourceResolverChain;

/**
 * A post-processor that makes the resource handlers of Spring MVC leave out the dashboard's files.
 * It decides by the file, because many paths lead to one: with encoded characters, with dots, and
 * below the prefixes that an application can set.
 */
final class MvcDashboardExclusion implements BeanPostProcessor {

  private static final ResourceResolver EXCLUSION = new Exclusion();

  @Override
  public Object postProcessAfterInitialization(Object bean, String beanName) {
    Stream<?> handlers =
        bean instanceof SimpleUrlHandlerMapping mapping
            ? mapping.getHandlerMap().values().stream()
            : Stream.of(bean);
    handlers
        .filter(ResourceHttpRequestHandler.class::isInstance)
        .map(ResourceHttpRequestHandler.class::cast)
        .forEach(handler -> exclude(handler, beanName));
    return bean;
  }

  private static void exclude(ResourceHttpRequestHandler handler, String beanName) {
    List<ResourceResolver> resolvers = new ArrayList<>(handler.getResourceResolvers());
    if (resolvers.contains(EXCLUSION)) {
      return; // the handler has several patterns
    }
    resolvers.add(0, EXCLUSION);
    handler.setResourceResolvers(resolvers);
    try {
      handler.afterPropertiesSet(); // otherwise, it continues to use the previous resolvers
    } catch (Exception e) {
      throw new BeanInitializationException(
          "Failed to exclude the dashboard's files from the resources of bean \"" + beanName + '"',
          e);
    }
  }

  /** A resolver that finds the files of the resolvers after it, except those of the dashboard. */
  private static final class Exclusion implements ResourceResolver {

    @Override
    public @Nullable Resource resolveResource(
        @Nullable HttpServletRequest request,
        String path,
        List<? extends Resource> locations,
        ResourceResolverChain chain) {
      @Nullable Resource resource = chain.resolveResource(request, path, locations);
      return resource == null || GreenlangDashboardAutoConfiguration.isDashboardFile(resource)
          ? null
          : resource;
    }

    @Override
    public @Nullable String resolveUrlPath(
        String path, List<? extends Resource> locations, ResourceResolverChain chain) {
      return chain.resolveUrlPath(path, locations);
    }
  }
}
