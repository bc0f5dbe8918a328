package io.greenlang.metrics.spring.boot.autoconfigure;

import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.spring.boot.internal.ApplicationPortCondition;
import io.greenlang.metrics.spring.boot.internal.ContainerAttachment;
import io.greenlang.metrics.spring.boot.internal.DashboardServlet;
import io.greenlang.metrics.spring.boot.internal.ObservedPathFilter;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.micrometer.observation.ObservationPredicate;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/**
 * The server and the dashboard in the servlet container of the application. It does not apply if
 * the application has another kind of web server, or sets {@code greenlang.metrics.port}.
 */
@AutoConfiguration(before = GreenlangMetricsAutoConfiguration.class)
@ConditionalOnProperty(prefix = "greenlang.metrics", name = "enabled", matchIfMissing = true)
@Conditional(ApplicationPortCondition.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(name = "jakarta.websocket.server.ServerContainer")
public class GreenlangServletAutoConfiguration {

  GreenlangServletAutoConfiguration() {}

  @Bean(GreenlangMetricsAutoConfiguration.CONTAINER_ATTACHMENT)
  @ConditionalOnMissingBean
  ContainerAttachment greenlangMetricsContainerAttachment(MetricsWebSocketServer server) {
    return new ContainerAttachment(server);
  }

  @Bean
  @ConditionalOnMissingBean(name = "greenlangMetricsDashboard")
  @ConditionalOnProperty(
      prefix = "greenlang.metrics.dashboard",
      name = "enabled",
      matchIfMissing = true)
  ServletRegistrationBean<DashboardServlet> greenlangMetricsDashboard() {
    ServletRegistrationBean<DashboardServlet> servlet =
        new ServletRegistrationBean<>(new DashboardServlet(), DashboardServlet.FOLDER + "/*");
    servlet.setName("greenlangMetricsDashboard");
    return servlet;
  }

  /** Names the requests of the server and the dashboard in {@code http.server.requests}. */
  @Bean
  @ConditionalOnMissingBean(name = "greenlangMetricsObservedPaths")
  FilterRegistrationBean<ObservedPathFilter> greenlangMetricsObservedPaths(
      GreenlangMetricsProperties properties) {
    FilterRegistrationBean<ObservedPathFilter> filter =
        new FilterRegistrationBean<>(new ObservedPathFilter());
    filter.setName("greenlangMetricsObservedPaths");
    filter.setUrlPatterns(ObservedPathFilter.urlPatterns(properties));
    return filter;
  }

  /** The requests of which Spring makes no observation. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({ObservationPredicate.class, ServerRequestObservationContext.class})
  static class UnobservedRequests {

    /**
     * Leaves out server-sent events. Spring would record a stream when it ends, as one request that
     * took hours.
     */
    @Bean
    @ConditionalOnMissingBean(name = "greenlangMetricsUnobservedStreams")
    ObservationPredicate greenlangMetricsUnobservedStreams(GreenlangMetricsProperties properties) {
      String path = properties.ssePath();
      return (name, context) ->
          !(context instanceof ServerRequestObservationContext observed
              && has(observed.getCarrier(), path));
    }

    private static boolean has(@Nullable HttpServletRequest request, String path) {
      return request != null && DashboardServlet.path(request).equals(path);
    }
  }
}
