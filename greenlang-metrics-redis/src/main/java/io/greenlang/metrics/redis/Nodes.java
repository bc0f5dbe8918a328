package io.greenlang.metrics.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The other instances, as far as their heartbeats are heard. Any thread. */
final class Nodes {

  private static final long ACTIVE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Whoever can publish on our topics can invent instances; so many, and no more. */
  private static final int MAX_NODES = 10_000;

  private static final int MAX_BYTES = 128;
  private static final Pattern HEARTBEAT =
      Pattern.compile("G1 ([0-9A-Za-z._-]{1,64}) (\\d{1,9}|bye)");

  private final String self;
  private final Map<String, Long> heard = new ConcurrentHashMap<>();

  Nodes(String self) {
    this.self = self;
  }

  /** What this instance says of itself: that it is there, and how many channels it knows of. */
  byte[] heartbeat(int channels) {
    return Keys.bytes("G1 " + self + " " + channels);
  }

  /** What it says in the end. */
  byte[] goodbye() {
    return Keys.bytes("G1 " + self + " bye");
  }

  /**
   * What a heartbeat says.
   *
   * @param isOwn whether it is this instance's
   * @param channels how many channels that one knows of; 0 if it says goodbye
   */
  record Heartbeat(boolean isOwn, int channels) {}

  /** Whether it is a heartbeat of this instance. */
  boolean isOwn(byte[] bytes) {
    return new String(bytes, ISO_8859_1).startsWith("G1 " + self + " ");
  }

  /** Takes a heartbeat, which may be from anybody. */
  Heartbeat hear(byte[] bytes) throws Malformed {
    Matcher words =
        HEARTBEAT.matcher(bytes.length > MAX_BYTES ? "" : new String(bytes, ISO_8859_1));
    if (!words.matches()) {
      throw new Malformed("no heartbeat");
    }
    String node = words.group(1);
    boolean isOwn = node.equals(self);
    if (words.group(2).equals("bye")) {
      heard.remove(node);
      return new Heartbeat(isOwn, 0);
    }
    long now = System.nanoTime();
    if (!isOwn && (heard.size() < MAX_NODES || heard.containsKey(node))) {
      heard.put(node, now);
      heard.values().removeIf(last -> now - last > KNOWN_NANOS);
    }
    return new Heartbeat(isOwn, Integer.parseInt(words.group(2)));
  }

  /** How many there are, this one among them. */
  int active() {
    return 1 + within(ACTIVE_NANOS);
  }

  /** How many there are or were a minute ago, and have not said goodbye; this one among them. */
  int known() {
    return 1 + within(KNOWN_NANOS);
  }

  private int within(long nanos) {
    long now = System.nanoTime();
    return (int) heard.values().stream().filter(last -> now - last <= nanos).count();
  }
}
