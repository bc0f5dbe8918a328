package io.greenlang.metrics.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.feed.ViewLimits;
import io.greenlang.metrics.internal.frame.FeedMemory;
import io.greenlang.metrics.websocket.internal.server.ServerOptions;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks {@code docs/reference/configuration.md} against the declared options: every name, default,
 * range and builder method, in the same order. Tests of the other modules check their rows.
 */
class ConfigurationDocTest {

  private static final Path PAGE = Path.of("../docs/reference/configuration.md");

  private static final List<Option<Integer>> HUB_OPTIONS =
      List.of(FeedMemory.PERCENT, ViewLimits.PER_SUBJECT);

  /** A row of a table; {@code allowed} is empty in a table of builder methods. */
  private record Row(String name, String method, String defaultValue, String allowed) {}

  private static List<Row> rows(String page) {
    List<Row> rows = new ArrayList<>();
    page.lines()
        .map(line -> line.replace("`", "").split("\\s*\\|\\s*", -1))
        .forEach(
            cells -> {
              if (cells.length == 7 && cells[1].matches("[A-Z_]+")) {
                rows.add(new Row(cells[1], cells[2].replaceAll("\\(.*", ""), cells[4], cells[5]));
              } else if (cells.length == 5 && cells[1].matches("\\w+\\([\\w<>]*\\)")) {
                String method = cells[1].replaceAll("\\(.*", "");
                rows.add(new Row(method, method, cells[3], ""));
              }
            });
    return rows;
  }

  private static List<Row> serverRows() throws IOException {
    String page = Files.readString(PAGE);
    return rows(page.substring(0, page.indexOf("## The hub")));
  }

  @Test
  void hub_options_areOnThePage() throws IOException {
    List<Row> rows = rows(Files.readString(PAGE));
    for (Option<Integer> option : HUB_OPTIONS) {
      assertThat(rows)
          .filteredOn(row -> row.name().equals(option.name()))
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.defaultValue()).isEqualTo(String.valueOf(option.defaultValue()));
                assertThat(option.allowed()).endsWith(" from " + row.allowed());
              });
    }
  }

  private static Row serverRow(Option<?> option) throws IOException {
    return serverRows().stream()
        .filter(row -> row.name().equals(option.name()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void server_options_areOnThePageInTheirOrder() throws IOException {
    List<String> documented = new ArrayList<>(serverRows().stream().map(Row::name).toList());

    assertThat(documented.remove("allowAnonymous")).isTrue(); // a value of authenticator
    assertThat(documented)
        .containsExactlyElementsOf(ServerOptions.all().stream().map(Option::name).toList());
  }

  @Test
  void variables_allThatAreRead_areOnThePageAndNoOthers() throws IOException {
    Set<String> read = new TreeSet<>(Set.of("METRIC_COLLECTION_INTERVAL", "REDIS_TIMEOUT"));
    ServerOptions.all().stream()
        .filter(Option::isInEnvironment)
        .forEach(option -> read.add(option.name()));
    Stream.of(RetentionTier.values()).forEach(tier -> read.add(tier.variable()));
    HUB_OPTIONS.forEach(option -> read.add(option.name()));

    Set<String> documented = new TreeSet<>();
    rows(Files.readString(PAGE)).stream()
        .filter(row -> !row.allowed().isEmpty())
        .forEach(row -> documented.add(row.name()));
    assertThat(documented).isEqualTo(read);
  }

  @ParameterizedTest
  @MethodSource("io.greenlang.metrics.websocket.internal.server.ServerOptions#all")
  void defaults_ofEveryOption_areThoseOfTheCode(Option<?> option) throws IOException {
    String documented = serverRow(option).defaultValue();

    if (option == ServerOptions.ALLOWED_ORIGINS) {
      assertThat(option.defaultValue()).isEqualTo(List.of());
      assertThat(documented).isEqualTo("the same host");
    } else if (option.defaultValue() instanceof List<?> list) {
      assertThat(list).isEmpty();
      assertThat(documented).isEqualTo("none");
    } else if (option.defaultValue() != null) {
      assertThat(documented.replace(",", "")).isEqualTo(inWords(option.defaultValue()));
    } else if (option.isInEnvironment()) {
      assertThat(documented).isEqualTo("none");
    }
  }

  private static String inWords(Object value) {
    if (value instanceof Boolean on) {
      return on ? "on" : "off";
    }
    return value instanceof Duration duration
        ? String.valueOf(duration.toSeconds())
        : value.toString();
  }

  @ParameterizedTest
  @MethodSource("io.greenlang.metrics.websocket.internal.server.ServerOptions#all")
  void ranges_ofEveryVariable_areThoseOfTheErrors(Option<?> option) throws IOException {
    String documented = serverRow(option).allowed();

    if (option.defaultValue() instanceof Number || option.defaultValue() instanceof Duration) {
      if (option.isInEnvironment()) {
        assertThat(documented).matches("\\d+ to \\d+");
        assertThat(option.allowed()).endsWith(" from " + documented);
      }
    } else if (option.isInEnvironment()) {
      assertThat(documented).isEqualTo(option.allowed());
    }
  }

  @ParameterizedTest
  @MethodSource("io.greenlang.metrics.websocket.internal.server.ServerOptions#all")
  void builderMethod_ofEveryOption_existsAndIsOnThePage(Option<?> option) throws IOException {
    String method = option.builderMethod();

    assertThat(serverRow(option).method()).isEqualTo(method == null ? "" : method);
    if (method != null) {
      assertThat(MetricsWebSocketServerBuilder.class.getMethods())
          .extracting(Method::getName)
          .contains(method);
    }
  }

  @Test
  void builders_everyMethod_isOnThePage() throws IOException {
    String page = Files.readString(PAGE);
    for (Class<?> builder :
        List.of(MetricsWebSocketServerBuilder.class, MetricsHub.Builder.class)) {
      for (Method method : builder.getDeclaredMethods()) {
        if (Modifier.isPublic(method.getModifiers()) && method.getReturnType() == builder) {
          String parameters =
              String.join(
                  ", ", Stream.of(method.getParameterTypes()).map(Class::getSimpleName).toList());
          assertThat(page.replace("<String>", ""))
              .contains("`" + method.getName() + "(" + parameters + ")");
        }
      }
    }
  }
}
