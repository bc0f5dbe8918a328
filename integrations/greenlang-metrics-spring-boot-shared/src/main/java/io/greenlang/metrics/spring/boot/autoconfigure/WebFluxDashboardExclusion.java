package io.greenlang.metrics.spring.boot.autoconfigure;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.resource.ResourceResolver;
import org.springframework.web.reactive.resource.ResourceResolverChain;
import org.springframework.web.reactive.resource.ResourceWebHandler;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The exclusion of the dashboard's files from the resources of WebFlux. */
final class WebFluxDashboardExclusion
    extends DashboardExclusion<ResourceWebHandler, ResourceResolver> {

  WebFluxDashboardExclusion() {
    super(ResourceWebHandler.class, new Exclusion());
  }

  @Override
  Collection<?> handlersOf(Object bean) {
    return bean instanceof SimpleUrlHandlerMapping mapping
        ? mapping.getHandlerMap().values()
        : List.of(bean);
  }

  @Override
  List<ResourceResolver> resolversOf(ResourceWebHandler handler) {
    return handler.getResourceResolvers();
  }

  @Override
  void setResolvers(ResourceWebHandler handler, List<ResourceResolver> resolvers) {
    handler.setResourceResolvers(resolvers);
  }

  /** A resolver that finds the files of the resolvers after it, except those of the dashboard. */
  private static final class Exclusion implements ResourceResolver {

    @Override
    public Mono<Resource> resolveResource(
        @Nullable ServerWebExchange exchange,
        String path,
        List<? extends Resource> locations,
        ResourceResolverChain chain) {
      return chain
          .resolveResource(exchange, path, locations)
          .filter(resource -> !GreenlangDashboardAutoConfiguration.isDashboardFile(resource));
    }

    @Override
    public Mono<String> resolveUrlPath(
        String path, List<? extends Resource> locations, ResourceResolverChain chain) {
      return chain.resolveUrlPath(path, locations);
    }
  }
}
