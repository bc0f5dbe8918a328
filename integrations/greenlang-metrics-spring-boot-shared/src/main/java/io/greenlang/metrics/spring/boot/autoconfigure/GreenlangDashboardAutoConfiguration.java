package io.greenlang.metrics.spring.boot.autoconfigure;

import io.greenlang.metrics.spring.boot.internal.DashboardServlet;
import java.io.IOException;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.web.reactive.resource.ResourceWebHandler;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;

/**
 * The absence of the dashboard from the application's own port, if {@code
 * greenlang.metrics.dashboard.enabled} or {@code greenlang.metrics.enabled} is false. Spring and
 * servlet containers would serve its files as resources of its jar, whatever port the metrics have.
 */
@AutoConfiguration
@Conditional(GreenlangDashboardAutoConfiguration.DashboardDisabled.class)
public class GreenlangDashboardAutoConfiguration {

  /** The folder of the dashboard's files in its jar. */
  private static final String FOLDER = "/META-INF/resources/greenlang-metrics/";

  GreenlangDashboardAutoConfiguration() {}

  /** Returns whether a resource is one of the dashboard's files. */
  static boolean isDashboardFile(Resource resource) {
    try {
      return resource.getURL().getPath().contains(FOLDER);
    } catch (IOException withoutUrl) {
      return false; // not a file in a jar or a folder
    }
  }

  /** The properties of which either disables the dashboard. */
  static final class DashboardDisabled extends AnyNestedCondition {

    DashboardDisabled() {
      super(ConfigurationPhase.PARSE_CONFIGURATION);
    }

    /** The property of the dashboard. */
    @ConditionalOnProperty(
        prefix = "greenlang.metrics.dashboard",
        name = "enabled",
        havingValue = "false")
    static final class OfDashboard {}

    /** The property of all metrics. */
    @ConditionalOnProperty(prefix = "greenlang.metrics", name = "enabled", havingValue = "false")
    static final class OfMetrics {}
  }

  /** The absence in a servlet container, which can serve the resources of jars itself. */
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

  /** The absence from the resources of Spring MVC. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  @ConditionalOnClass(ResourceHttpRequestHandler.class)
  static class InSpringMvc {

    @Bean
    @ConditionalOnMissingBean(name = "greenlangMetricsNoDashboardInSpringMvc")
    static BeanPostProcessor greenlangMetricsNoDashboardInSpringMvc() {
      return new MvcDashboardExclusion();
    }
  }

  /** The absence from the resources of WebFlux. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  @ConditionalOnClass(ResourceWebHandler.class)
  static class InWebFlux {

    @Bean
    @ConditionalOnMissingBean(name = "greenlangMetricsNoDashboardInWebFlux")
    static BeanPostProcessor greenlangMetricsNoDashboardInWebFlux() {
      return new WebFluxDashboardExclusion();
    }
  }
}
