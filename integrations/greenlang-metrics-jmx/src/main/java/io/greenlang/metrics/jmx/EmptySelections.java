package io.greenlang.metrics.jmx;

import io.greenlang.metrics.jmx.BeanReader.Run;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The warnings about object names that no MBean has, and about rules that match no value. Each is
 * logged at the first opportunity only, because an MBean may also appear later. Belongs to the
 * thread of the collector.
 */
final class EmptySelections {

  private static final Logger log = LoggerFactory.getLogger(JmxSource.class);

  private boolean namesChecked;
  private boolean rulesChecked;

  /** Warns about the object names of the first query that found no MBean. */
  void onQuery(Collection<ObjectName> unmatched) {
    if (!namesChecked && !unmatched.isEmpty()) {
      log.warn(
          "No MBean matches {} yet; correct the object name, or append ,* to it if the MBean has"
              + " further properties",
          unmatched);
    }
    namesChecked = true;
  }

  /** Warns if the first MBeans that were read have values, and no rule matches one of them. */
  void onCollection(List<Run> ended) {
    if (rulesChecked || ended.isEmpty()) {
      return;
    }
    rulesChecked = true;
    if (ended.stream().allMatch(run -> run.samples().isEmpty() && run.discarded() == 0)) {
      ended.stream()
          .map(run -> run.reader().unmatched())
          .filter(Objects::nonNull)
          .findFirst()
          .ifPresent(text -> warnOfRules(ended.size(), text));
    }
  }

  private static void warnOfRules(int beans, String text) {
    log.warn(
        "No rule matches a value of the {} MBeans; correct the rules, which are searched in texts"
            + " such as {}",
        beans,
        text);
  }
}
