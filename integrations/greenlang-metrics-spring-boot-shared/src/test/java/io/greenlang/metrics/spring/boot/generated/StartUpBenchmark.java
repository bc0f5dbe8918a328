package io.greenlang.metrics.spring.boot.generated;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.spring.boot.generated.RunningApplication.StartUp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * Benchmark of the start of an application: with the starter, without it, and without it but with
 * Micrometer, which the starter brings along. {@code make bench-starter} runs it; {@code make test}
 * does not.
 */
class StartUpBenchmark {

  private static final int ROUNDS = Integer.getInteger("startup.rounds", 11);
  private static final String MICROMETER =
      GeneratedApplicationTest.BOOT
          + (GeneratedApplicationTest.BOOT_4 ? "micrometer-metrics" : "actuator");

  @Test
  void start_withAndWithoutStarter_isPrinted() throws Exception {
    Path directory = Path.of("target/generated-applications");
    GeneratedApplications applications =
        new GeneratedApplications(
            ReactorRepository.create(directory), directory.resolve("startup"));
    List<String> web = List.of(GeneratedApplicationTest.WEB);
    String port = GeneratedApplicationTest.PORT;
    applications.addPlain("plain", List.of(), web, port);
    applications.addPlain(
        "micrometer", List.of(), List.of(GeneratedApplicationTest.WEB, MICROMETER), port);
    applications.add("starter", List.of(), web, port, GeneratedApplicationTest.SECRET);
    applications.build();
    Map<String, List<StartUp>> figures = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (String name : List.of("plain", "micrometer", "starter")) {
        try (RunningApplication running = applications.start(name, List.of())) {
          figures.computeIfAbsent(name, absent -> new ArrayList<>()).add(running.startUp());
        }
      }
    }
    figures.forEach(StartUpBenchmark::print);
    assertThat(figures.values()).allSatisfy(each -> assertThat(each).hasSize(ROUNDS));
  }

  private static void print(String name, List<StartUp> startUps) {
    System.out.printf(
        Locale.ROOT,
        "start of %-10s: %.2f s, CPU %.2f s (medians of %d)%n",
        name,
        median(startUps, StartUp::seconds),
        median(startUps, StartUp::cpuSeconds),
        startUps.size());
  }

  private static double median(List<StartUp> startUps, ToDoubleFunction<StartUp> figure) {
    return startUps.stream().mapToDouble(figure).sorted().toArray()[startUps.size() / 2];
  }
}
