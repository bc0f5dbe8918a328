package io.greenlang.metrics.redis.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.redis.RedisBroker;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The options of a broker, and their rows in {@code docs/reference/configuration.md}. */
class RedisOptionsTest {

  @Test
  void build_outOfRange_messageNamesOptionValueAndRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisBroker.builder().logBytes(0).build())
        .withMessage("logBytes=0 must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisBroker.builder().queuePublications(-1).build())
        .withMessage("queuePublications=-1 must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisBroker.builder().logRetention(Duration.ofSeconds(-1)).build())
        .withMessage("logRetention=PT-1S must be at least PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisBroker.builder().instanceName("a b").build())
        .withMessage("instanceName=a b must be 1 to 32 letters, digits, '.', '_' or '-'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisBroker.builder().timeout(Duration.ofMinutes(2)).build())
        .withMessage(
            "timeout=PT2M (REDIS_TIMEOUT) must be a number of seconds from 0.1 to 60, such as 1 or"
                + " 0.5");
  }

  @Test
  void build_lowestValues_areAccepted() {
    RedisBroker.Builder builder = RedisBroker.builder();
    builder.instanceName("a").logRetention(Duration.ZERO).logBytes(1).windowBytes(1);
    builder.timeout(Duration.ofMillis(100));

    assertThat(builder.queueBytes(1).queuePublications(1).deliveryQueueBytes(1).build())
        .isNotNull();
  }

  @ParameterizedTest
  @MethodSource("io.greenlang.metrics.redis.internal.connection.RedisOptions#all")
  void configurationDoc_everyOption_isDocumented(Option<?> option) throws IOException {
    assertThat(RedisBroker.Builder.class.getMethods())
        .extracting(Method::getName)
        .contains(option.builderMethod());

    String page = Files.readString(Path.of("../docs/reference/configuration.md"));
    assertThat(page.substring(page.indexOf("## Redis")))
        .contains(option.isInEnvironment() ? "`" + option.name() + "`" : "")
        .containsPattern(
            "\\| (`\\w+\\(\\w+\\)`, )?`" + option.builderMethod() + "\\(.*" + inWords(option));
  }

  private static String inWords(Option<?> option) {
    return option.defaultValue() instanceof Long bytes
        ? (bytes >> 20) + " MiB"
        : option.defaultValue() instanceof Integer number ? String.format("%,d", number) : "";
  }
}
