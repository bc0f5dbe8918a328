package io.greenlang.metrics.collectors.internal.schedule;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.support.HostName;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tags added to every metric of a collector: those set by the application and, unless it set that
 * tag itself, {@code host}. The first source that needs the host name looks it up on its own
 * thread, because a name service can be slow. Thread-safe.
 */
public final class CommonTags {

  private final Tags configuredTags;
  private @Nullable Tags cachedTags;

  /** Creates the tags that the application set, to which {@code host} is added later. */
  public CommonTags(Tags configuredTags) {
    this.configuredTags = configuredTags;
  }

  /**
   * Returns the common tags merged with a metric's own tags. The metric's tags take precedence: it
   * knows its own dimensions better than the collector does.
   *
   * @throws IllegalArgumentException if these are more than {@value Tags#MAX_TAGS}
   */
  Tags mergedWith(Tags metricTags) {
    Map<String, String> merged = new TreeMap<>(tags().asMap());
    merged.putAll(metricTags.asMap());
    return merged.size() == metricTags.size() ? metricTags : Tags.of(merged);
  }

  private synchronized Tags tags() {
    Tags result = cachedTags;
    if (result == null) {
      result = HostName.addTo(configuredTags);
      cachedTags = result;
    }
    return result;
  }
}
