package io.greenlang.metrics.jmx;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.CapturedLog;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The log of a source whose object names or rules select nothing. */
class EmptySelectionsTest {

  @Test
  void collect_patternOfNoBean_isLoggedOnce() throws Exception {
    JmxSource source =
        JmxSource.builder()
            .beanTimeout(Duration.ofMinutes(1)) // a busy machine can delay a call
            .include("java.lang:type=MemoryPol,*")
            .include("java.lang:type=Threading")
            .build();
    assertThat(logOf(source))
        .contains("No MBean matches [java.lang:type=MemoryPol,*] yet")
        .contains("append ,*");
    assertThat(logOf(source)).doesNotContain("matches");
  }

  @Test
  void collect_ruleOfNoValue_showsTheTextOfAValue() throws Exception {
    JmxSource source =
        JmxSource.builder()
            .beanTimeout(Duration.ofMinutes(1))
            .include("java.lang:type=Memory")
            .rule(JmxRule.matching("<HeapMemoryUsages>used").name("heap"))
            .build();
    assertThat(logOf(source))
        .contains("No rule matches a value of the 1 MBeans")
        .contains("java.lang<type=Memory><");
    assertThat(logOf(source)).doesNotContain("matches");
  }

  @Test
  void collect_ruleOfOneBeanOfTwo_logsNothing() throws Exception {
    JmxSource source =
        JmxSource.builder()
            .beanTimeout(Duration.ofMinutes(1))
            .include("java.lang:type=Memory")
            .include("java.lang:type=Threading")
            .rule(JmxRule.matching("<HeapMemoryUsage>used").name("heap"))
            .build();
    assertThat(logOf(source)).doesNotContain("matches");
    assertThat(source.stats().series()).isOne();
  }

  /** Returns the log of one collection. */
  private static String logOf(JmxSource source) throws InterruptedException {
    try (CapturedLog log = new CapturedLog()) {
      source.collect();
      return log.text();
    }
  }
}
