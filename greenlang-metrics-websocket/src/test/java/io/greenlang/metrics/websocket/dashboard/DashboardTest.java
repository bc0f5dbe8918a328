package io.greenlang.metrics.websocket.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The format of dashboards, with the cases that the page's own tests have, too. */
class DashboardTest {

  private static final Path PROBLEMS =
      Path.of("../greenlang-metrics-dashboard/src/test/web/dashboard-problems.json");

  private static final String SHIPPED =
      "src/main/resources/META-INF/resources/greenlang-metrics/dashboards/";

  static List<JsonNode> problems() throws IOException {
    List<JsonNode> problems = new ArrayList<>();
    new ObjectMapper().readTree(PROBLEMS.toFile()).forEach(problems::add);
    return problems;
  }

  @ParameterizedTest
  @MethodSource("problems")
  void parse_mistake_namesFieldAndValue(JsonNode problem) {
    assertThatIllegalArgumentException()
        .as(problem.path("has").asText())
        .isThrownBy(() -> Dashboard.parse(problem.path("dashboard").toString()))
        .withMessage(problem.path("error").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}{}", "{\"name\":\"a\",\"name\":\"b\"}"})
  void parse_notOneJsonDocument_namesTheReason(String json) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dashboard.parse(json))
        .withMessageStartingWith("The text is not the JSON of a dashboard: not ");
  }

  @Test
  void parse_tooManyBytes_namesTheirNumber() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dashboard.parse("\"" + "é".repeat(40_000) + "\""))
        .withMessage("The dashboard has 80,002 bytes. At most 65,536 are allowed.");
  }

  @Test
  void parse_allFields_keepsNameAndText() {
    String json =
        """
        {"name": " All ", "description": "d", "charts": [
          {"channel": "c", "metrics": ["a", "b.*"], "title": "Title",
           "tags": {"env": "x", "region": ["eu", "us"]}, "group_by": [], "statistics": ["p99"],
           "range": "1h", "axis": "snug", "form": "heatmap", "top": 5,
           "thresholds": {"warning": 9.5, "critical": 4, "when": "below"}},
          {"channel": "c", "metrics": ["m"]}]}
        """;
    Dashboard dashboard = Dashboard.parse(json);
    assertThat(dashboard.name()).isEqualTo("All");
    assertThat(dashboard.json()).isEqualTo(json);
  }

  @Test
  void parse_dashboardsOfTheExamples_areValid() throws IOException {
    List<String> names = new ArrayList<>();
    for (String example : List.of("quickstart", "spring-boot-shop")) {
      try (Stream<Path> files = Files.list(Path.of("../examples", example, SHIPPED))) {
        for (Path file : files.filter(each -> !each.endsWith("index.json")).toList()) {
          names.add(Dashboard.parse(Files.readString(file)).name());
        }
      }
    }
    assertThat(names).containsExactlyInAnyOrder("JVM", "Queue", "HTTP");
  }
}
