package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Tags;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tags that every metric of a collector gets: what the host gave and, unless that has it,
 * {@code host}. Its name is looked up when the first source needs it, on that source's thread,
 * because a name service can be slow. Any thread.
 */
final class CommonTags {

  private final Tags given;
  private @Nullable Tags withHost;

  CommonTags(Tags given) {
    this.given = given;
  }

  /** A metric knows its own dimensions better than the collector does: its own tags win. */
  Tags mergedWith(Tags own) {
    Map<String, String> merged = new TreeMap<>(tags().asMap());
    merged.putAll(own.asMap());
    return merged.size() == own.size() ? own : Tags.of(merged);
  }

  private synchronized Tags tags() {
    Tags known = withHost;
    if (known == null) {
      known = HostName.addTo(given);
      withHost = known;
    }
    return known;
  }
}
