package io.greenlang.metrics.redis.internal.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;

/**
 * The names of keys and topics in Redis. A channel's name is in braces, so that everything of a
 * channel is in one slot of a cluster; the name itself cannot contain braces.
 */
public final class Keys {

  /** The key of the set of all channel names. */
  public static final byte[] CHANNELS = bytes("greenlang:channels");

  /** The key of the hash of the versions of the channels' descriptions. */
  public static final byte[] DESCRIPTION_VERSIONS = bytes("greenlang:descriptions");

  /** The key of the sorted set of revocations, by the times at which they end. */
  public static final byte[] REVOCATIONS = bytes("greenlang:{revocations}:revoked");

  /** The key of the hash of the times of the revocations, in the same slot of a cluster. */
  public static final byte[] REVOCATION_TIMES = bytes("greenlang:{revocations}:times");

  /** The key of the version of the revocations, in the same slot of a cluster. */
  public static final byte[] REVOCATIONS_VERSION = bytes("greenlang:{revocations}:version");

  private Keys() {}

  /** Returns the key of the stream of a channel's publications. */
  public static byte[] log(Channel channel) {
    return key(channel, "log");
  }

  /** Returns the key of the metadata of a channel's log: its epoch and end. */
  public static byte[] meta(Channel channel) {
    return key(channel, "meta");
  }

  /** Returns the key of the sequence of a publisher's last publication in the log. */
  public static byte[] publisherSequence(Channel channel, String publisher) {
    return key(channel, "seq:" + publisher);
  }

  /** Returns the key of the descriptions of a channel's metrics. */
  public static byte[] descriptions(Channel channel) {
    return key(channel, "descriptions");
  }

  /** Returns the topic on which logged publications are broadcast. */
  public static String busTopic(Channel channel) {
    return "greenlang:{" + channel + "}:bus";
  }

  /** Returns the key of the stream of a channel's closed windows of one interval. */
  public static byte[] windows(Channel channel, Interval interval) {
    return key(channel, "windows:" + interval.label());
  }

  /** Returns a heartbeat topic. Its number decides its slot. */
  public static String heartbeatTopic(int number) {
    return "greenlang:{pulse-" + number + "}:pulse";
  }

  /** Returns the UTF-8 encoding of a text. */
  public static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** Returns a number in decimal digits. */
  public static byte[] bytes(long number) {
    return bytes(Long.toString(number));
  }

  private static byte[] key(Channel channel, String suffix) {
    return bytes("greenlang:{" + channel + "}:" + suffix);
  }
}
