package io.greenlang.metrics.spring.boot.autoconfigure;

import io.greenlang.metrics.spring.boot.internal.DashboardServlet;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.WebFilter;

/**
 * The absence of the dashboard from the application's own port, if {@code
 * greenlang.metrics.dashboard.enabled} is false. Spring would serve its files as resources of its
 * jar, whatever port the metrics have.
 */
@AutoConfiguration
@ConditionalOnProperty(prefix = "greenlang.metrics", name = "enabled", matchIfMissing = true)
@ConditionalOnProperty(
    prefix = "greenlang.metrics.dashboard",
    name = "enabled",
    havingValue = "false")
public class GreenlangDashboardAutoConfiguration {

  GreenlangDashboardAutoConfiguration() {}

  /** The absence in a servlet container. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  static class InServletContainer {

    @Bean
    @ConditionalOnMissingBean(name = "greenlangMetricsNoDashboard")
    ServletRegistrationBean<DashboardServlet> greenlangMetricsNoDashboard() {
      ServletRegistrationBean<DashboardServlet> servlet =
          new ServletRegistrationBean<>(
              DashboardServlet.disabled(), DashboardServlet.FOLDER + "/*");
      servlet.setName("greenlangMetricsNoDashboard");
      return servlet;
    }
  }

  /** The absence in an application with WebFlux, which may lack the servlet API. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  @ConditionalOnClass(WebFilter.class)
  static class InWebFlux {

    private static final String FOLDER = "/greenlang-metrics";

    @Bean
    @ConditionalOnMissingBean(name = "greenlangMetricsNoDashboard")
    WebFilter greenlangMetricsNoDashboard() {
      return (exchange, chain) -> {
        String path = exchange.getRequest().getPath().pathWithinApplication().value();
        if (!path.equals(FOLDER) && !path.startsWith(FOLDER + "/")) {
          return chain.filter(exchange);
        }
        exchange.getResponse().setStatusCode(HttpStatus.NOT_FOUND);
        return exchange.getResponse().setComplete();
      };
    }
  }
}
