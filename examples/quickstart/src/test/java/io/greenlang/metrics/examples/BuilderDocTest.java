package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.collectors.MetricCollectorBuilder;
import io.greenlang.metrics.redis.RedisBroker;
import io.greenlang.metrics.testkit.DocPage;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks that docs/reference/configuration.md has the methods of the builders of collector and
 * broker. {@code ConfigurationDocTest} checks those of server and hub.
 */
class BuilderDocTest {

  @ParameterizedTest
  @ValueSource(classes = {MetricCollectorBuilder.class, RedisBroker.Builder.class})
  void builder_everyMethod_isOnThePage(Class<?> builder) throws IOException {
    String page = Files.readString(DocPage.root().resolve("docs/reference/configuration.md"));
    assertThat(methods(builder)).isNotEmpty().allMatch(page::contains);
  }

  private static List<String> methods(Class<?> builder) {
    return Stream.of(builder.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> method.getReturnType() == builder)
        .map(
            method ->
                Stream.of(method.getParameterTypes())
                    .map(Class::getSimpleName)
                    .toList()
                    .toString()
                    .replace("[", "`" + method.getName() + "(")
                    .replace("]", ")`"))
        .toList();
  }
}
