package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.micrometer.GreenlangMeterRegistry;
import io.greenlang.metrics.micrometer.MicrometerSource;
import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.websocket.auth.Authenticator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.ApplicationListener;
import org.springframework.core.NativeDetector;
import org.springframework.core.env.PropertyResolver;

/**
 * A listener that loads the library's classes on a separate thread, while the main thread prepares
 * the application. Loading them is most of the time that the first hub, server and collector take.
 * The thread creates them once from the default properties, does not start them, and closes them.
 * It reads nothing of the application, and the beans are created independently of it.
 *
 * <p>The classes of a process are loaded once, so only the first application of a process starts
 * the thread. {@code spring.backgroundpreinitializer.ignore}, which disables Spring Boot's own
 * thread of this kind, disables this one too.
 */
public final class ClassPreloader
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

  private static final Logger log = LoggerFactory.getLogger(ClassPreloader.class);
  private static final String IGNORED = "spring.backgroundpreinitializer.ignore";
  private static final AtomicBoolean started = new AtomicBoolean();

  /** Creates a listener; Spring Boot calls it. */
  public ClassPreloader() {}

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    if (isUseful(event.getEnvironment()) && started.compareAndSet(false, true)) {
      Thread thread = new Thread(ClassPreloader::load, "greenlang-preload");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Returns whether the application needs the classes, and a processor is free to load them. */
  static boolean isUseful(PropertyResolver properties) {
    return properties.getProperty("greenlang.metrics.enabled", Boolean.class, true)
        && !Boolean.getBoolean(IGNORED)
        && !NativeDetector.inNativeImage()
        && Runtime.getRuntime().availableProcessors() > 1;
  }

  private static void load() {
    try {
      create();
    } catch (RuntimeException | LinkageError e) {
      // The beans meet the same problem, and report it.
      log.debug("Failed to load classes in advance; the application loads them itself", e);
    }
  }

  /** Creates the same objects as the beans, in the same order. */
  static void create() {
    Map<String, String> secret =
        Map.of("greenlang.metrics.jwt-secret", "preload-" + UUID.randomUUID());
    GreenlangMetricsProperties properties =
        new Binder(new MapConfigurationPropertySource(secret))
            .bindOrCreate("greenlang.metrics", GreenlangMetricsProperties.class);
    GreenlangMeterRegistry registry = new GreenlangMeterRegistry();
    MetricSource source = MicrometerSource.of(registry, MetricsServers.channel(properties));
    try (MetricsHub hub = MetricsServers.hub(properties, null, List.of())) {
      Authenticator authenticator = AuthenticatorChain.of(properties, List.of(), hub.clock());
      MetricsServers.server(hub, properties, authenticator, List.of(), null).close();
      MetricsServers.collector(hub, properties, null, List.of(source), List.of()).close();
    }
    registry.close();
  }
}
