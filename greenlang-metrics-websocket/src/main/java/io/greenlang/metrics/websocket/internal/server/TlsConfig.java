package io.greenlang.metrics.websocket.internal.server;

import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.config.OptionValues;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of TLS on the server's own port, from the builder or the environment. */
final class TlsConfig {

  private static final List<Option<String>> PEM =
      List.of(ServerOptions.TLS_CERTIFICATE, ServerOptions.TLS_KEY, ServerOptions.TLS_KEY_PASSWORD);

  private static final List<Option<String>> KEYSTORE =
      List.of(ServerOptions.TLS_KEYSTORE, ServerOptions.TLS_KEYSTORE_PASSWORD);

  private final OptionValues values;
  private final Environment environment;

  private TlsConfig(OptionValues values, Environment environment) {
    this.values = values;
    this.environment = environment;
  }

  /**
   * Returns the settings; null if the port is plain. The builder's settings replace all of the
   * environment's.
   *
   * @throws IllegalArgumentException if they are incomplete or contradictory. An incomplete setting
   *     must not leave a port plain that is meant to be encrypted
   */
  static @Nullable TlsSettings resolve(OptionValues values, Environment environment) {
    TlsSettings configured = values.resolveOptional(ServerOptions.TLS, environment);
    return configured != null ? configured : new TlsConfig(values, environment).fromEnvironment();
  }

  private @Nullable TlsSettings fromEnvironment() {
    Option<String> pem = firstSet(PEM);
    Option<String> keystore = firstSet(KEYSTORE);
    if (pem != null && keystore != null) {
      throw new IllegalArgumentException(
          pem.name()
              + " and "
              + keystore.name()
              + " are both set; set either PEM files or a keystore");
    }
    TlsSettings.Source source =
        pem != null ? pem(pem) : keystore != null ? keystore(keystore) : null;
    return source == null
        ? null
        : new TlsSettings(source, values.resolve(ServerOptions.TLS_RELOAD_INTERVAL, environment));
  }

  private TlsSettings.Pem pem(Option<String> given) {
    return new TlsSettings.Pem(
        path(given, ServerOptions.TLS_CERTIFICATE),
        path(given, ServerOptions.TLS_KEY),
        value(ServerOptions.TLS_KEY_PASSWORD));
  }

  private TlsSettings.Keystore keystore(Option<String> given) {
    return new TlsSettings.Keystore(
        path(given, ServerOptions.TLS_KEYSTORE),
        required(given, ServerOptions.TLS_KEYSTORE_PASSWORD));
  }

  private Path path(Option<String> given, Option<String> option) {
    String text = required(given, option);
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          option.name() + " is not the path of a file: " + e.getReason(), e);
    }
  }

  private String required(Option<String> given, Option<String> option) {
    String text = value(option);
    if (text == null) {
      throw new IllegalArgumentException(
          given.name() + " is set, but " + option.name() + " is not; TLS needs both");
    }
    return text;
  }

  private @Nullable Option<String> firstSet(List<Option<String>> options) {
    return options.stream().filter(option -> value(option) != null).findFirst().orElse(null);
  }

  private @Nullable String value(Option<String> option) {
    return values.resolveOptional(option, environment);
  }
}
