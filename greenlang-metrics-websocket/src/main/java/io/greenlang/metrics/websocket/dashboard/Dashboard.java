package io.greenlang.metrics.websocket.dashboard;

import io.greenlang.metrics.codec.DocumentLimits;
import io.greenlang.metrics.codec.DocumentReader;
import io.greenlang.metrics.codec.MalformedDocumentException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A dashboard that an application ships with the page, added with {@code
 * MetricsWebSocketServerBuilder.dashboard}. The reference of the project describes its format. The
 * page lists it for every user, so it must contain no secrets. Immutable.
 */
public final class Dashboard {

  /** The maximum length of the text, in bytes of UTF-8. */
  public static final int MAX_BYTES = 65_536;

  private static final DocumentReader READER =
      DocumentReader.json(new DocumentLimits(MAX_BYTES, 16, 64));

  private final String name;
  private final String json;

  private Dashboard(String name, String json) {
    this.name = name;
    this.json = json;
  }

  /**
   * Parses a dashboard.
   *
   * @param json the JSON of the dashboard, as the page exports it
   * @throws IllegalArgumentException if the text is not a dashboard; the message names the field,
   *     its value and the remedy
   */
  public static Dashboard parse(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The dashboard has %,d bytes. At most %,d are allowed.",
              bytes.length,
              MAX_BYTES));
    }
    Object document = read(bytes);
    DashboardFormat.DASHBOARD.require(document, "");
    Object name = ((Map<?, ?>) Objects.requireNonNull(document)).get("name");
    return new Dashboard(String.valueOf(name).strip(), json);
  }

  private static @Nullable Object read(byte[] json) {
    try {
      return READER.read(json);
    } catch (MalformedDocumentException e) {
      throw new IllegalArgumentException(
          "The text is not the JSON of a dashboard: "
              + e.getMessage()
              + ". Check the commas, and that no field occurs twice.",
          e);
    }
  }

  /** Returns the name in the list of the page. */
  public String name() {
    return name;
  }

  /** Returns the JSON of the dashboard, as it was parsed. */
  public String json() {
    return json;
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return name;
  }
}
