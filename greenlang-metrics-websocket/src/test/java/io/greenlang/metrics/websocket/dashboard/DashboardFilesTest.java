package io.greenlang.metrics.websocket.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The paths and the list of the builder's dashboards. */
class DashboardFilesTest {

  private static Dashboard named(String name) {
    return Dashboard.parse(
        "{\"name\":\"" + name + "\",\"charts\":[{\"channel\":\"c\",\"metrics\":[\"m\"]}]}");
  }

  private static String index(DashboardFiles files, String onClassPath) throws IOException {
    return new String(files.index(onClassPath.getBytes(UTF_8)), UTF_8);
  }

  @Test
  void index_twoDashboards_followThoseOnTheClassPath() throws IOException {
    DashboardFiles files = DashboardFiles.of(List.of(named("a"), named("b")));
    assertThat(index(files, "[\"jvm.json\"]"))
        .isEqualTo("[\"jvm.json\",\"built/1.json\",\"built/2.json\"]");
    assertThat(new String(files.index(null), UTF_8))
        .isEqualTo("[\"built/1.json\",\"built/2.json\"]");
    assertThat(files.paths())
        .containsExactlyInAnyOrder(
            "dashboards/built/1.json", "dashboards/built/2.json", "dashboards/index.json");
    assertThat(files.find("dashboards/built/2.json")).asString(UTF_8).contains("\"b\"");
    assertThat(files.find("dashboards/built/3.json")).isNull();
    assertThat(files.find("built/1.json")).isNull();
  }

  @Test
  void index_noDashboards_isThatOnTheClassPath() throws IOException {
    assertThat(index(DashboardFiles.of(List.of()), "[ \"jvm.json\" ]\n"))
        .isEqualTo("[ \"jvm.json\" ]\n");
    assertThat(new String(DashboardFiles.NONE.index(null), UTF_8)).isEqualTo("[]");
    assertThat(DashboardFiles.NONE.paths()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{}", "[7]", "\"jvm.json\""})
  void index_malformedOnTheClassPath_namesTheFile(String onClassPath) {
    DashboardFiles files = DashboardFiles.of(List.of(named("a")));
    assertThatIOException()
        .isThrownBy(() -> index(files, onClassPath))
        .withMessageStartingWith("dashboards/index.json on the class path is ");
  }

  @Test
  void of_sameNameTwice_isRejectedWithTheName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DashboardFiles.of(List.of(named("a"), named("b"), named("a"))))
        .withMessage("the dashboards number 1 and 3 have the same name \"a\"; rename one");
  }

  @Test
  void of_moreThanThePageLists_isRejected() {
    List<Dashboard> dashboards =
        IntStream.range(0, 33).mapToObj(i -> named("dashboard " + i)).toList();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DashboardFiles.of(dashboards))
        .withMessage("33 dashboards were added; the page lists at most 32");
  }
}
