package io.greenlang.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.collectors.internal.schedule.CollectorOptions;
import io.greenlang.metrics.internal.config.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the collector's rows in {@code docs/reference/configuration.md}. */
class CollectorOptionsDocTest {

  private static final Path PAGE = Path.of("../docs/reference/configuration.md");

  @ParameterizedTest
  @MethodSource("io.greenlang.metrics.collectors.internal.schedule.CollectorOptions#all")
  void collector_everyOption_isOnThePage(Option<?> option) throws IOException {
    String page = Files.readString(PAGE);
    String section = page.substring(page.indexOf("## The collector"), page.indexOf("## Redis"));

    assertThat(section.lines().map(line -> line.replace("`", "")))
        .filteredOn(line -> line.startsWith("| " + option.name() + " |"))
        .singleElement()
        .asString()
        .contains("| " + option.builderMethod() + "(")
        .contains("| " + defaultInWords(option) + " |")
        .endsWith("| " + allowedInWords(option) + " |");
  }

  private static String defaultInWords(Option<?> option) {
    return option.defaultValue() instanceof Duration duration
        ? String.valueOf(duration.toSeconds())
        : "none";
  }

  private static String allowedInWords(Option<?> option) {
    return option == CollectorOptions.INTERVAL ? "0.1 to 86400" : option.allowed();
  }
}
