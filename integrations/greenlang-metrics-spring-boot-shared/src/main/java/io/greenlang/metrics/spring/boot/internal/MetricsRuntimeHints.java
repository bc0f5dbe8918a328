package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.websocket.ServerStats;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * The hints for a native image: the dashboard's files, the providers that are found by name, and
 * the types that a container or Jackson uses by reflection.
 */
public final class MetricsRuntimeHints implements RuntimeHintsRegistrar {

  private static final String WEBSOCKET = "io.greenlang.metrics.websocket.";

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
    hints.resources().registerPattern("META-INF/resources/greenlang-metrics/*");
    hints.resources().registerPattern("META-INF/resources/greenlang-metrics/dashboards/*.json");
    hints.resources().registerPattern("META-INF/services/io.greenlang.metrics.*");
    register(hints, classLoader, "io.greenlang.metrics.netty.NettyTransportProvider");
    register(hints, classLoader, "io.greenlang.metrics.redis.RedisBrokerProvider");
    // The modules search these for what only a supported version has.
    hints
        .reflection()
        .registerTypeIfPresent(
            classLoader,
            "redis.clients.jedis.DefaultJedisClientConfig$Builder",
            MemberCategory.INVOKE_PUBLIC_METHODS);
    hints
        .reflection()
        .registerTypeIfPresent(classLoader, "io.netty.channel.MultiThreadIoEventLoopGroup");
    // The container creates the endpoint and calls its methods by reflection.
    register(hints, classLoader, WEBSOCKET + "internal.jakarta.MetricsEndpoint");
    // Text is sent as UTF-8 beneath the Jakarta interface.
    register(hints, classLoader, "org.apache.tomcat.websocket.WsRemoteEndpointImplBase");
    hints
        .reflection()
        .registerTypeIfPresent(
            classLoader,
            "org.apache.tomcat.websocket.WsRemoteEndpointBase",
            type -> type.withField("base"));
    new BindingReflectionHintsRegistrar()
        .registerReflectionHints(hints.reflection(), ServerStats.class);
  }

  private static void register(
      RuntimeHints hints, @Nullable ClassLoader classLoader, String typeName) {
    hints
        .reflection()
        .registerTypeIfPresent(
            classLoader,
            typeName,
            type ->
                type.withMembers(
                    MemberCategory.INVOKE_DECLARED_CONSTRUCTORS,
                    MemberCategory.INVOKE_DECLARED_METHODS));
  }
}
