package io.greenlang.metrics.testkit.transport.hostile;

import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Hostile inputs 18 to 28: valid frames that contain invalid commands. */
final class HostileCommands {

  private static final String MALFORMED = "MALFORMED";
  private static final String BAD_SUBSCRIPTION = "BAD_SUBSCRIPTION";
  private static final String UNKNOWN_CHANNEL = "UNKNOWN_CHANNEL";

  /** The acceptable outcomes of a history request for too much, or for nothing. */
  private static final String ANSWERED =
      "history|BAD_HISTORY|HISTORY_UNAVAILABLE|UNKNOWN_CHANNEL|MALFORMED";

  private static final List<HostileInput> JSON =
      List.of(
          text(18, "lists nested 65,000 deep", MALFORMED, "[".repeat(65_000)),
          text(18, "objects nested 13,000 deep", MALFORMED, "{\"a\":".repeat(13_000)),
          text(
              19,
              "a number of 60 KB",
              MALFORMED,
              "{\"type\":\"x\",\"n\":" + "9".repeat(60_000) + "}"),
          text(19, "1e999999999", "UNKNOWN_TYPE", "{\"type\":\"x\",\"n\":1e999999999}"),
          text(19, "NaN", MALFORMED, "{\"type\":\"x\",\"n\":NaN}"),
          text(19, "-0", "UNKNOWN_TYPE", "{\"type\":\"x\",\"n\":-0}"),
          text(20, "duplicate type", MALFORMED, "{\"type\":\"pong\",\"type\":\"subscribe\"}"),
          text(
              20,
              "duplicate channels",
              MALFORMED,
              "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"orders.metrics\"],"
                  + "\"channels\":[\"no.such\"]}}"),
          text(21, "keys with colliding hashes", "UNKNOWN_TYPE", collidingKeys()),
          text(22, "an empty message", MALFORMED, ""),
          text(22, "a bare number", MALFORMED, "1"),
          text(22, "null", MALFORMED, "null"),
          text(22, "a list", MALFORMED, "[]"),
          text(22, "two objects", MALFORMED, "{\"type\":\"pong\"}{\"type\":\"pong\"}"),
          text(22, "a truncated object", MALFORMED, "{\"type\":\"po"),
          text(22, "a byte order mark", MALFORMED, "\uFEFF1"),
          text(22, "comments", MALFORMED, "{/**/\"type\":\"pong\"}"));

  private static final List<HostileInput> TYPES =
      List.of(
          text(22, "without a type", MALFORMED, "{}"),
          text(22, "type null", MALFORMED, "{\"type\":null}"),
          text(22, "type number", MALFORMED, "{\"type\":1}"),
          text(22, "type list", MALFORMED, "{\"type\":[\"pong\"]}"),
          text(22, "type of 60 KB", "UNKNOWN_TYPE", "{\"type\":\"" + "x".repeat(60_000) + "\"}"),
          text(22, "type __proto__", "UNKNOWN_TYPE", "{\"type\":\"__proto__\"}"),
          text(22, "id number", MALFORMED, "{\"type\":\"pong\",\"id\":1}"),
          text(
              22,
              "id of 60 KB",
              MALFORMED,
              "{\"type\":\"x\",\"id\":\"" + "x".repeat(60_000) + "\"}"),
          text(22, "without data", MALFORMED, "{\"type\":\"subscribe\"}"),
          text(22, "data text", MALFORMED, "{\"type\":\"subscribe\",\"data\":\"x\"}"));

  private static final List<HostileInput> MESSAGE_PACK =
      List.of(
          bytes(23, "a list of 2^32-1 elements", "ddffffffff"),
          bytes(23, "a map of 2^30 entries", "df40000000"),
          bytes(23, "a map of 2^32-1 entries", "dfffffffff"),
          bytes(23, "an extension of 2 GB", "81a161c97fffffff01"),
          bytes(23, "text of 2 GB", "81a161db7fffffff"),
          bytes(23, "bytes of 4 GB", "81a161c6ffffffff"),
          bytes(23, "a list of 2^32-1 elements in a map", "81a161ddffffffff"),
          bytes(24, "lists nested 60,000 deep", "91".repeat(60_000)),
          bytes(24, "maps nested 20,000 deep", "81a161".repeat(20_000)),
          bytes(24, "a key that is not text", "810102"),
          bytes(24, "a duplicate key", "82a161c0a161c0"),
          bytes(24, "a truncated map", "82a474797065a4706f6e67"),
          bytes(24, "trailing bytes", "81a474797065a4706f6e67c0"),
          bytes(24, "an empty message", ""),
          bytes(24, "the unused type byte c1", "c1"),
          bytes(24, "text that is not UTF-8", "81a2c0afc0"),
          HostileInput.ofBytes(
              24,
              "JSON in a binary frame",
              MALFORMED,
              RawWebSocketFrame.binary("{\"type\":\"pong\"}".getBytes(StandardCharsets.UTF_8))
                  .masked()));

  private static final List<HostileInput> SUBSCRIPTIONS =
      List.of(
          subscribe(22, "an empty list of channels", BAD_SUBSCRIPTION, "\"channels\":[]"),
          subscribe(22, "missing channels", BAD_SUBSCRIPTION, "\"x\":1"),
          subscribe(
              26,
              "10,000 channels",
              BAD_SUBSCRIPTION,
              "\"channels\":[" + repeatedChannels(10_000) + "]"),
          subscribe(22, "a number as channel", BAD_SUBSCRIPTION, "\"channels\":[1]"),
          subscribe(22, "an object as channels", BAD_SUBSCRIPTION, "\"channels\":{}"),
          subscribe(
              28,
              "1,000 tags",
              BAD_SUBSCRIPTION,
              "\"channels\":[\"*\"],\"tags\":{" + numberedTags(1000) + "}"),
          subscribe(
              28,
              "a tag value of 60 KB",
              BAD_SUBSCRIPTION,
              "\"channels\":[\"*\"],\"tags\":{\"a\":\"" + "x".repeat(60_000) + "\"}"),
          subscribe(28, "a list as tags", BAD_SUBSCRIPTION, "\"channels\":[\"*\"],\"tags\":[]"),
          subscribe(
              28,
              "null as tag value",
              BAD_SUBSCRIPTION,
              "\"channels\":[\"*\"],\"tags\":{\"a\":null}"),
          subscribe(
              22, "text as batch", BAD_SUBSCRIPTION, "\"channels\":[\"*\"],\"batch\":\"yes\""),
          subscribe(
              22, "an unknown format", BAD_SUBSCRIPTION, "\"channels\":[\"*\"],\"format\":\"xml\""),
          subscribe(
              22,
              "a glob in metrics",
              BAD_SUBSCRIPTION,
              "\"channels\":[\"*\"],\"metrics\":[\"c*u\"]"),
          subscribe(
              26,
              "a duplicate channel",
              "subscribed",
              "\"channels\":[\"system.metrics\",\"system.metrics\"]"),
          subscribe(
              28,
              "a regular expression as tag value",
              "subscribed",
              "\"channels\":[\"system.metrics\"],\"tags\":{\"a\":\"(a+)+$\"}"),
          text(
              26,
              "unsubscribing from an unknown channel",
              "unsubscribed",
              "{\"type\":\"unsubscribe\",\"channels\":[\"no.such\"]}"));

  private HostileCommands() {}

  static Stream<HostileInput> inputs() {
    return Stream.of(
            JSON.stream(),
            TYPES.stream(),
            MESSAGE_PACK.stream(),
            channels(),
            SUBSCRIPTIONS.stream(),
            history())
        .flatMap(part -> part);
  }

  private static Stream<HostileInput> channels() {
    return Stream.concat(channelNames(), channelExtremes());
  }

  private static Stream<HostileInput> channelExtremes() {
    return Stream.of(
        subscribe(
            25,
            "a channel name of 1 MB",
            "close 1009",
            "\"channels\":[\"" + "x".repeat(1 << 20) + "\"]"),
        subscribe(25, "every channel", "subscribed", "\"channels\":[\"*\"]"));
  }

  private static Stream<HostileInput> channelNames() {
    return Map.ofEntries(
            Map.entry("empty", ""),
            Map.entry("of 60 KB", "x".repeat(60_000)),
            Map.entry("with a path traversal", "../../etc/passwd"),
            Map.entry("with CRLF", "a\\r\\nERROR"),
            Map.entry("with an ANSI escape", "a\\u001b[31m"),
            Map.entry("with a bidirectional mark", "a\\u202eb"),
            Map.entry("with a Redis hash tag", "{tag}"),
            Map.entry("with a glob", "or?ers.*x"),
            Map.entry("with a leading star", "*.metrics"),
            Map.entry("__proto__", "__proto__"),
            Map.entry("with a composed character", "orders.metric\\u015b"),
            Map.entry("with a decomposed character", "orders.metrics\\u0301"))
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            entry ->
                text(
                    25,
                    "channel " + entry.getKey(),
                    UNKNOWN_CHANNEL,
                    "{\"type\":\"subscribe\",\"data\":{\"channels\":[\""
                        + entry.getValue()
                        + "\"]}}"));
  }

  private static String repeatedChannels(int count) {
    return String.join(",", Collections.nCopies(count, "\"c\""));
  }

  private static String numberedTags(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"" + i + "\":\"x\"")
        .collect(Collectors.joining(","));
  }

  /**
   * Returns history requests, each of which gets one reply, even if the server keeps no history.
   */
  private static Stream<HostileInput> history() {
    String channel = "\"channel\":\"orders.metrics\",";
    String fromEpoch = "\"start_time\":\"1970-01-01T00:00:00Z\"";
    return Stream.of(
        history(
            "of all time",
            channel + "\"start_time\":-9223372036854775808,\"end_time\":9223372036854775807"),
        history(
            "from beyond the supported time range",
            channel + "\"start_time\":\"+999999999-12-31T23:59:59Z\""),
        history(
            "with start after end", channel + fromEpoch + ",\"end_time\":\"1969-12-31T00:00:00Z\""),
        history("with limit -1", channel + fromEpoch + ",\"limit\":-1"),
        history("with limit 2^31", channel + fromEpoch + ",\"limit\":2147483648"),
        history("with text as limit", channel + fromEpoch + ",\"limit\":\"all\""),
        history("with a forged cursor", channel + fromEpoch + ",\"cursor\":\"../../etc/passwd\""),
        history("of an unknown channel", "\"channel\":\"no.such\"," + fromEpoch),
        history("without a channel", fromEpoch),
        text(27, "history without data", ANSWERED, "{\"type\":\"get_history\"}"));
  }

  private static HostileInput history(String name, String data) {
    return text(
        27, "history " + name, ANSWERED, "{\"type\":\"get_history\",\"data\":{" + data + "}}");
  }

  private static HostileInput subscribe(int number, String name, String outcome, String data) {
    return text(number, name, outcome, "{\"type\":\"subscribe\",\"data\":{" + data + "}}");
  }

  private static HostileInput text(int number, String name, String outcome, String text) {
    return HostileInput.ofBytes(
        number, "JSON: " + name, outcome, RawWebSocketFrame.text(text).masked());
  }

  private static HostileInput bytes(int number, String name, String hex) {
    return HostileInput.ofBytes(
        number,
        "MessagePack: " + name,
        MALFORMED,
        RawWebSocketFrame.binary(HexFormat.of().parseHex(hex)).masked());
  }

  /**
   * Returns a message whose keys collide: {@code Aa} and {@code BB} have the same hash, and so have
   * all their concatenations of one length.
   */
  private static String collidingKeys() {
    String keys =
        IntStream.range(0, 1 << 11)
            .mapToObj(HostileCommands::collidingKey)
            .map(key -> ",\"" + key + "\":0")
            .collect(Collectors.joining());
    return "{\"type\":\"x\"" + keys + "}";
  }

  private static String collidingKey(int bits) {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    for (int i = 0; i < 11; i++) {
      key.writeBytes(((bits >> i & 1) == 0 ? "Aa" : "BB").getBytes(StandardCharsets.US_ASCII));
    }
    return key.toString(StandardCharsets.US_ASCII);
  }
}
