package io.greenlang.metrics.jfr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JVMs without a flight recorder. */
@Timeout(180)
class JfrAvailabilityTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"-XX:-FlightRecorder", "--limit-modules=java.management,java.logging,java.naming"})
  void build_jvmWithoutRecorder_namesTheModule(String option) throws Exception {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                option,
                "-cp",
                System.getProperty("java.class.path"),
                SourceProgram.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(jvm.getInputStream().readAllBytes(), UTF_8);
    assertThat(output)
        .contains("IllegalStateException: this JVM has no flight recorder")
        .contains("jdk.jfr");
    assertThat(jvm.waitFor()).isOne();
  }

  /** A program that creates a source. */
  static final class SourceProgram {

    private SourceProgram() {}

    public static void main(String[] args) {
      System.out.println(JfrSource.create());
    }
  }
}
