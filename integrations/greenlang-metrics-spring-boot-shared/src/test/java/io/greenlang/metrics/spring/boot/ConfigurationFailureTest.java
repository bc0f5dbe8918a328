package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Configurations that the application cannot start with, and the reports of Spring Boot. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class ConfigurationFailureTest {

  private static void requireFailure(CapturedOutput output, String report, String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--spring.main.web-application-type=none";
    assertThatThrownBy(() -> ShopApplication.start(ShopApplication.class, all).close())
        .isInstanceOf(Exception.class);
    assertThat(output.getAll()).contains("APPLICATION FAILED TO START", report);
  }

  @Test
  void start_noAuthentication_namesThePropertyOfTheSecret(CapturedOutput output) {
    requireFailure(output, "Set greenlang.metrics.jwt-secret to at least 32 random bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "jwt-secret=short, Change greenlang.metrics.jwt-secret",
    "jwt-secret=${A_VARIABLE_THAT_NOBODY_HAS_SET_FOR_THIS_TEST}, Set the environment variable",
    "jwt.public-keys=key, it has no complete block -----BEGIN PUBLIC KEY-----",
    "jwt.jwks-url=ftp://id.example, JWT_JWKS_URL",
    "path=metrics, An option of the metrics server is invalid",
    "interval=1ms, An option of the metrics server is invalid",
    "channel=a b, An option of the metrics server is invalid",
    "redis-url=http://localhost, 'greenlang.metrics.redis-url is set, but Redis cannot be used'",
    "security.channels[ROLE_A]=a*b, Change greenlang.metrics.security.channels[ROLE_A]",
  })
  void start_invalidValue_isReportedAsDescriptionAndAction(
      String property, String report, CapturedOutput output) {
    requireFailure(
        output,
        report,
        property.startsWith("jwt-secret=")
            ? ""
            : "--greenlang.metrics.jwt-secret=" + ShopApplication.SECRET,
        "--greenlang.metrics.port=0",
        "--greenlang.metrics." + property);
  }
}
