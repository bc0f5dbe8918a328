package io.greenlang.metrics.redis.internal.membership;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.greenlang.metrics.redis.internal.support.Keys;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The registry of the other instances, fed by their heartbeats. Thread-safe. */
public final class InstanceRegistry {

  private static final long ACTIVE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** The bound of the registry: anyone who can publish on our topics can invent instances. */
  private static final int MAX_INSTANCES = 10_000;

  private static final int MAX_BYTES = 128;
  private static final Pattern HEARTBEAT =
      Pattern.compile("G1 ([0-9A-Za-z._-]{1,64}) (\\d{1,9}|bye)");

  private final String self;
  private final Map<String, Long> lastHeartbeat = new ConcurrentHashMap<>();

  /** Creates a registry that contains only this instance. */
  public InstanceRegistry(String self) {
    this.self = self;
  }

  /** Returns the heartbeat of this instance, with the number of channels that it knows. */
  public byte[] heartbeat(int channels) {
    return Keys.bytes("G1 " + self + " " + channels);
  }

  /** Returns the final message of this instance. */
  public byte[] goodbye() {
    return Keys.bytes("G1 " + self + " bye");
  }

  /**
   * The content of a heartbeat.
   *
   * @param isOwn whether this instance sent it
   * @param channels how many channels its sender knows; 0 if it says goodbye
   */
  public record Heartbeat(boolean isOwn, int channels) {}

  /** Returns whether it is a heartbeat of this instance. */
  public boolean isOwn(byte[] bytes) {
    return new String(bytes, ISO_8859_1).startsWith("G1 " + self + " ");
  }

  /**
   * Records a heartbeat, which may come from anyone.
   *
   * @throws MalformedDataException if it is not a heartbeat
   */
  public Heartbeat onHeartbeat(byte[] bytes) throws MalformedDataException {
    Matcher matcher =
        HEARTBEAT.matcher(bytes.length > MAX_BYTES ? "" : new String(bytes, ISO_8859_1));
    if (!matcher.matches()) {
      throw new MalformedDataException("not a heartbeat");
    }
    String instance = matcher.group(1);
    boolean isOwn = instance.equals(self);
    if (matcher.group(2).equals("bye")) {
      lastHeartbeat.remove(instance);
      return new Heartbeat(isOwn, 0);
    }
    if (!isOwn) {
      onPeerHeartbeat(instance);
    }
    return new Heartbeat(isOwn, Integer.parseInt(matcher.group(2)));
  }

  private void onPeerHeartbeat(String instance) {
    if (lastHeartbeat.size() < MAX_INSTANCES || lastHeartbeat.containsKey(instance)) {
      long now = System.nanoTime();
      lastHeartbeat.put(instance, now);
      lastHeartbeat.values().removeIf(last -> now - last > KNOWN_NANOS);
    }
  }

  /** Returns the number of active instances, including this one. */
  public int active() {
    return 1 + countSeenWithin(ACTIVE_NANOS);
  }

  /**
   * Returns the number of instances seen within the last minute that have not said goodbye,
   * including this one.
   */
  public int known() {
    return 1 + countSeenWithin(KNOWN_NANOS);
  }

  private int countSeenWithin(long nanos) {
    long now = System.nanoTime();
    return (int) lastHeartbeat.values().stream().filter(last -> now - last <= nanos).count();
  }
}
