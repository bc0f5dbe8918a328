package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.hub.HubStats;
import io.greenlang.metrics.spring.boot.internal.MetricsRuntimeHints;
import io.greenlang.metrics.websocket.ServerStats;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.FieldHint;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeHint;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;

/** The hints for a native image. */
class MetricsRuntimeHintsTest {

  private final RuntimeHints hints = new RuntimeHints();

  @BeforeEach
  void register() {
    new MetricsRuntimeHints().registerHints(hints, getClass().getClassLoader());
  }

  @ParameterizedTest
  @ValueSource(strings = {"index.html", "app.js", "theme.js", "dashboard.css", "icon.svg"})
  void resources_fileOfTheDashboard_isIncluded(String name) {
    String file = "META-INF/resources/greenlang-metrics/" + name;
    assertThat(getClass().getClassLoader().getResource(file)).isNotNull();
    assertThat(RuntimeHintsPredicates.resource().forResource(file)).accepts(hints);
  }

  @Test
  void resources_dashboardOfTheApplication_isIncluded() {
    String file = "META-INF/resources/greenlang-metrics/dashboards/orders.json";
    assertThat(RuntimeHintsPredicates.resource().forResource(file)).accepts(hints);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.greenlang.metrics.websocket.transport.TransportProvider",
        "io.greenlang.metrics.broker.BrokerProvider"
      })
  void resources_listOfProviders_isIncluded(String name) {
    String file = "META-INF/services/" + name;
    assertThat(getClass().getClassLoader().getResource(file)).isNotNull();
    assertThat(RuntimeHintsPredicates.resource().forResource(file)).accepts(hints);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.greenlang.metrics.netty.NettyTransportProvider",
        "io.greenlang.metrics.redis.RedisBrokerProvider",
        "io.greenlang.metrics.websocket.internal.jakarta.MetricsEndpoint",
        "org.apache.tomcat.websocket.WsRemoteEndpointImplBase"
      })
  void reflection_typeThatIsUsedByName_isIncluded(String name) throws Exception {
    assertThat(Class.forName(name)).isNotNull();
    assertThat(
            RuntimeHintsPredicates.reflection()
                .onType(TypeReference.of(name))
                .withMemberCategories(
                    MemberCategory.INVOKE_DECLARED_CONSTRUCTORS,
                    MemberCategory.INVOKE_DECLARED_METHODS))
        .accepts(hints);
  }

  /** The modules look for a class and for a method that only a supported version has. */
  @Test
  void reflection_typesOfVersionChecks_areIncluded() throws Exception {
    Class<?> jedis = Class.forName("redis.clients.jedis.DefaultJedisClientConfig$Builder");
    assertThat(
            RuntimeHintsPredicates.reflection()
                .onType(jedis)
                .withMemberCategory(MemberCategory.INVOKE_PUBLIC_METHODS))
        .accepts(hints);
    assertThat(
            RuntimeHintsPredicates.reflection()
                .onType(Class.forName("io.netty.channel.MultiThreadIoEventLoopGroup")))
        .accepts(hints);
  }

  @Test
  void reflection_fieldOfTomcat_isIncluded() throws Exception {
    Class<?> type = Class.forName("org.apache.tomcat.websocket.WsRemoteEndpointBase");
    assertThat(type.getDeclaredField("base")).isNotNull();
    TypeHint hint = Objects.requireNonNull(hints.reflection().getTypeHint(type));
    assertThat(hint.fields().map(FieldHint::getName)).contains("base");
  }

  @ParameterizedTest
  @ValueSource(classes = {ServerStats.class, HubStats.class, BrokerState.class})
  void reflection_typeOfTheEndpoint_isIncluded(Class<?> type) {
    assertThat(RuntimeHintsPredicates.reflection().onType(type)).accepts(hints);
  }
}
