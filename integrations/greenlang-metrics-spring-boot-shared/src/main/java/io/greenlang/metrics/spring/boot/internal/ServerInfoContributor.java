package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.spring.boot.MetricsServerLifecycle;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** The part of Actuator's {@code info} that names the path, the port and the channels. */
public final class ServerInfoContributor implements InfoContributor {

  private final MetricsServerLifecycle lifecycle;
  private final GreenlangMetricsProperties properties;

  /** Creates a contributor. */
  public ServerInfoContributor(
      MetricsServerLifecycle lifecycle, GreenlangMetricsProperties properties) {
    this.lifecycle = lifecycle;
    this.properties = properties;
  }

  @Override
  public void contribute(Info.Builder builder) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("path", properties.path());
    if (lifecycle.hasOwnPort() && lifecycle.isRunning()) {
      details.put("port", lifecycle.server().port());
    }
    details.put(
        "channels", lifecycle.server().hub().channels().stream().map(Channel::name).toList());
    builder.withDetail("greenlangMetrics", details);
  }
}
