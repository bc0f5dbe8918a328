package io.greenlang.metrics.opentelemetry;

import io.greenlang.metrics.Tags;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tags of series: their attributes, and those of the resource and the scope that the
 * application selected. Keeps the tags of the previous export and of the present one. Confined to
 * the thread that exports.
 */
final class SeriesTags {

  private static final String SERVICE_NAME = "service.name";

  /** The start of the name that an SDK gives to a service without a name. */
  private static final String UNKNOWN_SERVICE = "unknown_service";

  private static final String SCOPE_NAME = "otel.scope.name";

  private record Key(Resource resource, String scope, Attributes attributes) {}

  /** Tags, or the reason why there cannot be any. */
  private record Result(Tags tags, @Nullable IllegalArgumentException problem) {}

  private final Set<String> resourceAttributes;
  private final boolean scopeName;
  private Map<Key, Result> previous = new HashMap<>();
  private Map<Key, Result> present = new HashMap<>();

  SeriesTags(Set<String> resourceAttributes, boolean scopeName) {
    this.resourceAttributes = resourceAttributes;
    this.scopeName = scopeName;
  }

  /** Begins an export: forgets tags that the previous one did not use. */
  void begin() {
    Map<Key, Result> unused = previous;
    previous = present;
    present = unused;
    present.clear();
  }

  /**
   * Returns the tags of a series.
   *
   * @throws IllegalArgumentException if an attribute exceeds a limit of tags, or there are too many
   */
  Tags get(MetricData data, Attributes attributes) {
    String scope = scopeName ? data.getInstrumentationScopeInfo().getName() : "";
    Key key = new Key(data.getResource(), scope, attributes);
    Result known = previous.get(key);
    Result result = known == null ? create(key) : known;
    present.put(key, result);
    IllegalArgumentException problem = result.problem();
    if (problem != null) {
      throw problem;
    }
    return result.tags();
  }

  private Result create(Key key) {
    Map<String, String> values = new TreeMap<>();
    key.resource()
        .getAttributes()
        .forEach((name, value) -> putOfResource(name.getKey(), value, values));
    if (!key.scope().isEmpty()) {
      values.put(SCOPE_NAME, key.scope());
    }
    key.attributes().forEach((name, value) -> values.put(name.getKey(), String.valueOf(value)));
    try {
      return new Result(Tags.of(values), null);
    } catch (IllegalArgumentException e) {
      return new Result(Tags.empty(), e);
    }
  }

  private void putOfResource(String key, Object value, Map<String, String> values) {
    String text = String.valueOf(value);
    boolean unknown = key.equals(SERVICE_NAME) && text.startsWith(UNKNOWN_SERVICE);
    if (resourceAttributes.contains(key) && !unknown) {
      values.put(key, text);
    }
  }
}
