package io.greenlang.metrics.spring.boot.autoconfigure;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;
import org.springframework.web.servlet.resource.ResourceResolver;
import org.springframework.web.servlet.resource.ResourceResolverChain;

/** The exclusion of the dashboard's files from the resources of Spring MVC. */
final class MvcDashboardExclusion
    extends DashboardExclusion<ResourceHttpRequestHandler, ResourceResolver> {

  MvcDashboardExclusion() {
    super(ResourceHttpRequestHandler.class, new Exclusion());
  }

  @Override
  Collection<?> handlersOf(Object bean) {
    return bean instanceof SimpleUrlHandlerMapping mapping
        ? mapping.getHandlerMap().values()
        : List.of(bean);
  }

  @Override
  List<ResourceResolver> resolversOf(ResourceHttpRequestHandler handler) {
    return handler.getResourceResolvers();
  }

  @Override
  void setResolvers(ResourceHttpRequestHandler handler, List<ResourceResolver> resolvers) {
    handler.setResourceResolvers(resolvers);
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
