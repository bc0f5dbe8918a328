package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Tags;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the name of this host, for the tag {@code host}. May block on a slow name service. */
final class HostName {

  private static final Logger LOG = LoggerFactory.getLogger(HostName.class);

  /** What {@code hostname} prints on Linux; unlike InetAddress it never asks a name service. */
  private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

  private HostName() {}

  /** The tags with {@code host}, unless it is among them or not to be found. */
  static Tags addTo(Tags tags) {
    return tags.get("host") != null
        ? tags
        : find().map(host -> tags.and("host", TagValue.clean(host))).orElse(tags);
  }

  /** The name, or nothing, with a warning, when the system does not tell. */
  static Optional<String> find() {
    try {
      String name = read().strip();
      if (!name.isEmpty()) {
        return Optional.of(name);
      }
      LOG.warn("this host has no name: metrics carry no tag \"host\" unless it is given");
    } catch (IOException e) {
      LOG.warn(
          "this host's name cannot be found: metrics carry no tag \"host\" unless it is given", e);
    }
    return Optional.empty();
  }

  private static String read() throws IOException {
    if (Files.isReadable(LINUX)) {
      return Files.readString(LINUX);
    }
    String windows = System.getenv("COMPUTERNAME");
    return windows != null ? windows : localHost();
  }

  private static String localHost() throws UnknownHostException {
    return InetAddress.getLocalHost().getHostName();
  }
}
