package io.greenlang.metrics.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;

/**
 * What is called how in Redis. A channel's name stands in braces, so that all that is of it lies in
 * one slot of a cluster; a name cannot hold braces itself.
 */
final class Keys {

  /** The set of the names of all channels. */
  static final byte[] CHANNELS = bytes("greenlang:channels");

  private Keys() {}

  /** The stream of a channel's publications. */
  static byte[] log(Channel channel) {
    return of(channel, "log");
  }

  /** What is known of a channel's log: its epoch, and where it ends. */
  static byte[] meta(Channel channel) {
    return of(channel, "meta");
  }

  /** The last of an instance's publications that the log has. */
  static byte[] sequence(Channel channel, String node) {
    return of(channel, "seq:" + node);
  }

  /** The topic on which what was logged is told. */
  static String bus(Channel channel) {
    return "greenlang:{" + channel + "}:bus";
  }

  /** The stream of a channel's closed windows of one length. */
  static byte[] windows(Channel channel, Interval interval) {
    return of(channel, "windows:" + interval.label());
  }

  /** A topic for heartbeats; which slot it is in follows from the number. */
  static String pulse(int number) {
    return "greenlang:{pulse-" + number + "}:pulse";
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static byte[] bytes(long number) {
    return bytes(Long.toString(number));
  }

  private static byte[] of(Channel channel, String what) {
    return bytes("greenlang:{" + channel + "}:" + what);
  }
}
