package io.greenlang.metrics.collectors.internal.support;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.util.TagValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lookup of this host's name for the tag {@code host}. May block on a slow name service. */
public final class HostName {

  private static final Logger log = LoggerFactory.getLogger(HostName.class);

  /**
   * The name that {@code hostname} prints on Linux. Unlike InetAddress, reading it never queries a
   * name service.
   */
  private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

  private HostName() {}

  /**
   * Returns the tags with {@code host} added, unless they already contain it or the name is
   * unknown.
   */
  public static Tags addTo(Tags tags) {
    return tags.get("host") != null
        ? tags
        : find().map(host -> tags.with("host", TagValue.sanitize(host))).orElse(tags);
  }

  /** Returns the name. If the system does not report it, logs a warning and returns empty. */
  static Optional<String> find() {
    try {
      String name = read().strip();
      if (!name.isEmpty()) {
        return Optional.of(name);
      }
      log.warn("This host has no name; metrics carry no \"host\" tag unless you set one");
    } catch (IOException e) {
      log.warn(
          "Failed to determine the host name; metrics carry no \"host\" tag unless you set one", e);
    }
    return Optional.empty();
  }

  private static String read() throws IOException {
    if (Files.isReadable(LINUX)) {
      return Files.readString(LINUX);
    }
    String windows = Environment.process().get("COMPUTERNAME");
    return windows != null ? windows : localHost();
  }

  private static String localHost() throws UnknownHostException {
    return InetAddress.getLocalHost().getHostName();
  }
}
