package io.greenlang.metrics.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.prometheus.internal.scrape.SeriesFilter;
import io.greenlang.metrics.prometheus.internal.scrape.SeriesOptions;
import io.greenlang.metrics.prometheus.internal.scrape.TargetOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Builder of a {@link PrometheusSource}. Not thread-safe. */
public final class PrometheusSourceBuilder {

  private static final Duration MAX_TIMEOUT = Duration.ofMinutes(5);
  private static final int MAX_BODY_BYTES = 256 << 20;
  private static final int MAX_SERIES = 100_000;

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.[0-9.]+|\\[::1]|\\[0:0:0:0:0:0:0:1]");

  private final URI target;
  private final List<String> included = new ArrayList<>();
  private final List<String> excluded = new ArrayList<>();
  private final Map<String, Set<String>> labels = new HashMap<>();
  private final Map<String, String> tags = new TreeMap<>();
  private Channel channel = PrometheusSource.DEFAULT_CHANNEL;
  private String name;
  private Duration timeout = Duration.ofSeconds(5);
  private int maxBodyBytes = 10 << 20;
  private int maxSeries = 10_000;
  private @Nullable String authorization;
  private @Nullable SSLContext sslContext;
  private MetricsClock clock = MetricsClock.system();

  PrometheusSourceBuilder(URI target) {
    this.target = requireTarget(target);
    this.name = "prometheus " + target.getRawAuthority() + target.getRawPath();
    tags.put("instance", instance(target));
    if (!LOOPBACK.matcher(target.getHost().toLowerCase(Locale.ROOT)).matches()) {
      tags.put("host", target.getHost());
    }
  }

  private static URI requireTarget(URI target) {
    boolean isHttp =
        "http".equalsIgnoreCase(target.getScheme()) || "https".equalsIgnoreCase(target.getScheme());
    if (!isHttp || target.getHost() == null || target.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "target must be an address such as http://db-1:9100/metrics, without a fragment, but has"
              + " the scheme "
              + target.getScheme()
              + " and the host "
              + target.getHost());
    }
    if (target.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "target must not contain a user or a password; use basicAuth(user, password)");
    }
    return target;
  }

  private static String instance(URI target) {
    int standard = "https".equalsIgnoreCase(target.getScheme()) ? 443 : 80;
    return target.getHost() + ":" + (target.getPort() < 0 ? standard : target.getPort());
  }

  /** Sets the channel of all samples. If not set, it is {@code prometheus.metrics}. */
  public PrometheusSourceBuilder channel(Channel channel) {
    this.channel = Objects.requireNonNull(channel, "channel");
    return this;
  }

  /**
   * Sets the name of the source, for logs and statistics. It must be unique within the collector.
   * If not set, it consists of the target's host, port and path.
   */
  public PrometheusSourceBuilder name(String name) {
    this.name = Objects.requireNonNull(name, "name");
    return this;
  }

  /**
   * Selects metrics by name; all others are left out. If not called, all are read. Calls add up.
   *
   * @param names names, or prefixes that end with {@code *}. The name of a histogram or summary
   *     selects all of its parts
   * @throws IllegalArgumentException if a pattern is empty, or has a star before its end
   */
  public PrometheusSourceBuilder names(String... names) {
    return add(included, names);
  }

  /**
   * Leaves metrics out by name, of those that {@link #names} selects. Calls add up.
   *
   * @param excludeNames names, or prefixes that end with {@code *}
   * @throws IllegalArgumentException if a pattern is empty, or has a star before its end
   */
  public PrometheusSourceBuilder excludeNames(String... excludeNames) {
    return add(excluded, excludeNames);
  }

  private PrometheusSourceBuilder add(List<String> list, String... patterns) {
    for (String pattern : patterns) {
      int star = pattern.indexOf('*');
      if (pattern.isEmpty() || (star >= 0 && star < pattern.length() - 1)) {
        throw new IllegalArgumentException(
            "a pattern must be a name, or a prefix that ends with its only star");
      }
      list.add(pattern);
    }
    return this;
  }

  /**
   * Selects series by a label. Series of metrics without the label are left out, unless {@code ""}
   * is an allowed value. Calls for different labels all apply.
   *
   * @param values the allowed values, at least one
   * @throws IllegalArgumentException if there is no value
   */
  public PrometheusSourceBuilder label(String label, String... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("label must have at least one allowed value");
    }
    labels.put(Objects.requireNonNull(label, "label"), Set.of(values));
    return this;
  }

  /**
   * Adds a tag to every series. If a series has a label of the same name, the label is kept.
   * Without a call, {@code instance} is the target's host and port. {@code host} is the target's
   * host, unless that is the loopback; the collector then adds the name of this host.
   *
   * @throws IllegalArgumentException if the key or the value exceeds a limit of {@link Tags}
   */
  public PrometheusSourceBuilder tag(String key, String value) {
    Tags.of(key, value).forEach(tags::put);
    return this;
  }

  /**
   * Sets the time for a whole answer. If not set, it is 5 seconds.
   *
   * @param timeout 10 ms to 5 minutes
   * @throws IllegalArgumentException if it is out of range
   */
  public PrometheusSourceBuilder timeout(Duration timeout) {
    if (timeout.compareTo(Duration.ofMillis(10)) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException("timeout must be from 10 ms to 5 min, but is " + timeout);
    }
    this.timeout = timeout;
    return this;
  }

  /**
   * Limits the bytes of an answer, before and after decompression. An answer that exceeds the limit
   * fails the collection. If not set, it is 10 MiB.
   *
   * @param maxBodyBytes 1 byte to 256 MiB
   * @throws IllegalArgumentException if it is out of range
   */
  public PrometheusSourceBuilder maxBodyBytes(int maxBodyBytes) {
    this.maxBodyBytes = requireRange("maxBodyBytes", maxBodyBytes, MAX_BODY_BYTES);
    return this;
  }

  /**
   * Limits the samples of a scrape. Each bucket of a classic histogram is one, and so are 32
   * buckets of a native one. Samples beyond the limit are left out, in the order of the answer, and
   * counted. If not set, it is 10,000.
   *
   * @param maxSeries 1 to 100,000
   * @throws IllegalArgumentException if it is out of range
   */
  public PrometheusSourceBuilder maxSeries(int maxSeries) {
    this.maxSeries = requireRange("maxSeries", maxSeries, MAX_SERIES);
    return this;
  }

  private static int requireRange(String option, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(
          option + " must be from 1 to " + max + ", but is " + value);
    }
    return value;
  }

  /**
   * Sends a bearer token with each request. It is never logged. Over HTTP without TLS, everyone on
   * the network path can read it.
   *
   * @param bearerToken printable ASCII characters without spaces
   * @throws IllegalArgumentException if it contains another character; the message does not show it
   */
  public PrometheusSourceBuilder bearerToken(String bearerToken) {
    if (bearerToken.isEmpty() || !bearerToken.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "the bearer token must contain only printable ASCII characters and no spaces");
    }
    this.authorization = "Bearer " + bearerToken;
    return this;
  }

  /**
   * Sends a user and a password with each request. They are never logged. Over HTTP without TLS,
   * everyone on the network path can read them.
   *
   * @param user the user, without a colon
   * @param password the password
   * @throws IllegalArgumentException if the user contains a colon; the message does not show it
   */
  public PrometheusSourceBuilder basicAuth(String user, String password) {
    if (user.indexOf(':') >= 0) {
      throw new IllegalArgumentException("the user must not contain a colon");
    }
    byte[] credentials = (user + ":" + password).getBytes(UTF_8);
    this.authorization = "Basic " + Base64.getEncoder().encodeToString(credentials);
    return this;
  }

  /** Sets the certificates to trust and to present. If not set, those of the JDK apply. */
  public PrometheusSourceBuilder sslContext(SSLContext sslContext) {
    this.sslContext = Objects.requireNonNull(sslContext, "sslContext");
    return this;
  }

  /** Sets the clock for starts of counters and for the log. For tests. */
  PrometheusSourceBuilder clock(MetricsClock clock) {
    this.clock = clock;
    return this;
  }

  /**
   * Returns a new source. It sends nothing before its first collection.
   *
   * @throws IllegalArgumentException if there are more tags than {@link Tags#MAX_TAGS}
   */
  public PrometheusSource build() {
    Tags valid = Tags.of(tags);
    SeriesFilter filter =
        new SeriesFilter(List.copyOf(included), List.copyOf(excluded), Map.copyOf(labels));
    return new PrometheusSource(
        name,
        new TargetOptions(target, timeout, maxBodyBytes, authorization, sslContext),
        new SeriesOptions(channel, filter, valid.asMap(), maxSeries),
        clock);
  }
}
