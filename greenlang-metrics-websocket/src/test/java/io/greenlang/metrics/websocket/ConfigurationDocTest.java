package io.greenlang.metrics.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.internal.server.ServerEnvironment;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Checks {@code docs/reference/configuration.md} against the code: every variable, default, range
 * and builder method.
 */
class ConfigurationDocTest {

  private static final Path PAGE = Path.of("../docs/reference/configuration.md");
  private static final String SECRET = "s".repeat(64);

  /** Variables of other modules, which their tests check. */
  private static final Set<String> OF_OTHER_MODULES =
      Set.of(
          "METRIC_COLLECTION_INTERVAL",
          "METRIC_RAW_RETENTION_HOURS",
          "METRIC_SHORT_RETENTION_HOURS",
          "METRIC_MEDIUM_RETENTION_DAYS",
          "METRIC_LONG_RETENTION_DAYS",
          "METRIC_ARCHIVE_RETENTION_DAYS");

  private static final Pattern RANGE = Pattern.compile("from (\\d+ to \\d+)");

  private final MetricsHub hub = MetricsHub.create();

  /** A row of a variables table. */
  private record Row(String byDefault, String allowed) {}

  @AfterEach
  void close() {
    hub.close();
  }

  private static Map<String, Row> rows() throws IOException {
    Map<String, Row> rows = new TreeMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 7 && cells[1].trim().matches("`[A-Z_]+`")) {
        rows.put(bare(cells[1]), new Row(bare(cells[4]), bare(cells[5])));
      }
    }
    return rows;
  }

  private static String bare(String cell) {
    return cell.replace("`", "").trim();
  }

  private MetricsWebSocketServer build(Map<String, String> variables, Set<String> asked) {
    return MetricsWebSocketServer.builder(hub)
        .build(
            new ServerEnvironment(
                name -> {
                  asked.add(name);
                  return variables.get(name);
                }));
  }

  private static void buildWithoutHub(Set<String> asked) {
    MetricsWebSocketServer.builder()
        .build(
            new ServerEnvironment(
                name -> {
                  asked.add(name);
                  return null;
                }));
  }

  @Test
  void variables_allThatAreRead_areOnThePageAndNoOthers() throws IOException {
    Set<String> asked = new TreeSet<>();
    build(Map.of("JWT_SECRET_KEY", SECRET), asked);
    assertThat(catchThrowable(() -> buildWithoutHub(asked))).hasMessageContaining("REDIS_URL");
    asked.addAll(OF_OTHER_MODULES);

    assertThat(rows().keySet()).isEqualTo(asked);
  }

  @Test
  void defaults_ofEveryVariable_areThoseOfTheCode() throws IOException {
    MetricsWebSocketServer.Config config =
        build(Map.of("JWT_SECRET_KEY", SECRET), new TreeSet<>()).config();
    Map<String, Object> defaults = new HashMap<>();
    defaults.put("WS_HOST", config.host());
    defaults.put("WS_PORT", config.port());
    defaults.put("WS_PATH", config.path());
    defaults.put("WS_HEARTBEAT_INTERVAL", config.heartbeat().toSeconds());
    defaults.put("WS_MAX_MESSAGE_SIZE", config.maxMessageBytes());
    defaults.put("WS_ALLOWED_ORIGINS", "the same host");
    defaults.put("WS_DRAIN_TIME", config.drainTime().toSeconds());
    defaults.put("REDIS_URL", "none");
    defaults.put("JWT_SECRET_KEY", "none: required");
    defaults.put("JWT_ALGORITHM", "HS256");
    defaults.put("RATE_LIMIT_MAX_MESSAGES_PER_MINUTE", config.messagesPerMinute());
    defaults.put("RATE_LIMIT_MAX_CONNECTIONS_PER_MINUTE", config.connectionsPerMinute());
    defaults.put("RATE_LIMIT_MAX_CONNECTIONS_PER_SECOND", config.connectionsPerSecond());
    Map<String, Row> rows = rows();
    rows.keySet().removeAll(OF_OTHER_MODULES);

    assertThat(defaults.keySet()).isEqualTo(rows.keySet());
    rows.forEach(
        (variable, row) ->
            assertThat(row.byDefault())
                .as(variable)
                .isEqualTo(String.valueOf(defaults.get(variable))));
    assertThat(Files.readString(PAGE)).contains(String.format("%,d", config.maxConnections()));
  }

  @Test
  void ranges_ofEveryNumber_areThoseOfTheErrors() throws IOException {
    int numbers = 0;
    for (Map.Entry<String, Row> row : rows().entrySet()) {
      Map<String, String> wrong = new HashMap<>(Map.of("JWT_SECRET_KEY", SECRET));
      wrong.put(row.getKey(), "x");
      Throwable error = catchThrowable(() -> build(wrong, new TreeSet<>()));
      Matcher range = RANGE.matcher(error == null ? "" : String.valueOf(error.getMessage()));
      if (range.find()) {
        numbers++;
        assertThat(row.getValue().allowed()).as(row.getKey()).isEqualTo(range.group(1));
      }
    }
    assertThat(numbers).isEqualTo(7);
  }

  @Test
  void builders_everyMethod_isOnThePage() throws IOException {
    String page = Files.readString(PAGE);
    for (Class<?> builder :
        List.of(MetricsWebSocketServer.Builder.class, MetricsHub.Builder.class)) {
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
