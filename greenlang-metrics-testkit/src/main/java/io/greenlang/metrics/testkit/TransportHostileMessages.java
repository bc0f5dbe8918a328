package io.greenlang.metrics.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Messages that are good frames and bad commands. */
final class TransportHostileMessages {

  private static final String MALFORMED = "MALFORMED";
  private static final String BAD = "BAD_SUBSCRIPTION";
  private static final String UNKNOWN_CHANNEL = "UNKNOWN_CHANNEL";

  private TransportHostileMessages() {}

  static Stream<TransportHostileInput> inputs() {
    return Stream.of(json(), types(), messagePack(), channels(), subscriptions(), history())
        .flatMap(part -> part);
  }

  private static Stream<TransportHostileInput> json() {
    return Stream.of(
        text("[ nested 65,000 deep", MALFORMED, "[".repeat(65_000)),
        text("objects nested 13,000 deep", MALFORMED, "{\"a\":".repeat(13_000)),
        text("a number of 60 KB", MALFORMED, "{\"type\":\"x\",\"n\":" + "9".repeat(60_000) + "}"),
        text("1e999999999", "UNKNOWN_TYPE", "{\"type\":\"x\",\"n\":1e999999999}"),
        text("NaN", MALFORMED, "{\"type\":\"x\",\"n\":NaN}"),
        text("-0", "UNKNOWN_TYPE", "{\"type\":\"x\",\"n\":-0}"),
        text("type twice", MALFORMED, "{\"type\":\"pong\",\"type\":\"subscribe\"}"),
        text(
            "channels twice",
            MALFORMED,
            "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"orders.metrics\"],"
                + "\"channels\":[\"no.such\"]}}"),
        text("keys with colliding hashes", "UNKNOWN_TYPE", collidingKeys()),
        text("nothing", MALFORMED, ""),
        text("a bare number", MALFORMED, "1"),
        text("null", MALFORMED, "null"),
        text("a list", MALFORMED, "[]"),
        text("two objects", MALFORMED, "{\"type\":\"pong\"}{\"type\":\"pong\"}"),
        text("half an object", MALFORMED, "{\"type\":\"po"),
        text("a byte order mark", MALFORMED, "\uFEFF1"),
        text("comments", MALFORMED, "{/**/\"type\":\"pong\"}"));
  }

  private static Stream<TransportHostileInput> types() {
    return Stream.of(
        text("no type", MALFORMED, "{}"),
        text("type null", MALFORMED, "{\"type\":null}"),
        text("type number", MALFORMED, "{\"type\":1}"),
        text("type list", MALFORMED, "{\"type\":[\"pong\"]}"),
        text("type of 60 KB", "UNKNOWN_TYPE", "{\"type\":\"" + "x".repeat(60_000) + "\"}"),
        text("type __proto__", "UNKNOWN_TYPE", "{\"type\":\"__proto__\"}"),
        text("id number", MALFORMED, "{\"type\":\"pong\",\"id\":1}"),
        text("id of 60 KB", MALFORMED, "{\"type\":\"x\",\"id\":\"" + "x".repeat(60_000) + "\"}"),
        text("no data", MALFORMED, "{\"type\":\"subscribe\"}"),
        text("data text", MALFORMED, "{\"type\":\"subscribe\",\"data\":\"x\"}"));
  }

  private static Stream<TransportHostileInput> messagePack() {
    return Stream.of(
        bytes("a list of 2^32-1", "ddffffffff"),
        bytes("a map of 2^30", "df40000000"),
        bytes("a map of 2^32-1", "dfffffffff"),
        bytes("an extension of 2 GB", "81a161c97fffffff01"),
        bytes("text of 2 GB", "81a161db7fffffff"),
        bytes("bytes of 4 GB", "81a161c6ffffffff"),
        bytes("a list of 2^32-1 in a map", "81a161ddffffffff"),
        bytes("lists nested 60,000 deep", "91".repeat(60_000)),
        bytes("maps nested 20,000 deep", "81a161".repeat(20_000)),
        bytes("a key that is no text", "810102"),
        bytes("a key twice", "82a161c0a161c0"),
        bytes("cut off", "82a474797065a4706f6e67"),
        bytes("more behind it", "81a474797065a4706f6e67c0"),
        bytes("nothing", ""),
        bytes("a byte that is never there", "c1"),
        bytes("text that is not UTF-8", "81a2c0afc0"),
        new TransportHostileInput(
            "JSON in a binary frame",
            MALFORMED,
            RawWebSocketFrame.binary("{\"type\":\"pong\"}".getBytes(StandardCharsets.UTF_8))
                .masked()));
  }

  private static Stream<TransportHostileInput> channels() {
    return Map.of(
            "empty", "",
            "of 60 KB", "x".repeat(60_000),
            "climbing", "../../etc/passwd",
            "with CRLF", "a\\r\\nERROR",
            "with ANSI", "a\\u001b[31m",
            "with marks", "a\\u202eb",
            "Redis tag", "{tag}",
            "glob", "or?ers.*x",
            "star inside", "*.metrics",
            "accented", "caf\\u00e9")
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            name ->
                text(
                    "channel " + name.getKey(),
                    UNKNOWN_CHANNEL,
                    "{\"type\":\"subscribe\",\"data\":{\"channels\":[\""
                        + name.getValue()
                        + "\"]}}"));
  }

  private static Stream<TransportHostileInput> subscriptions() {
    String many =
        IntStream.range(0, 10_000).mapToObj(i -> "\"c\"").collect(Collectors.joining(","));
    String tags =
        IntStream.range(0, 1000)
            .mapToObj(i -> "\"" + i + "\":\"x\"")
            .collect(Collectors.joining(","));
    return Stream.of(
        subscribe("no channels", BAD, "\"channels\":[]"),
        subscribe("channels missing", BAD, "\"x\":1"),
        subscribe("10,000 channels", BAD, "\"channels\":[" + many + "]"),
        subscribe("channel number", BAD, "\"channels\":[1]"),
        subscribe("channels object", BAD, "\"channels\":{}"),
        subscribe("1,000 tags", BAD, "\"channels\":[\"*\"],\"tags\":{" + tags + "}"),
        subscribe(
            "a tag's value of 60 KB",
            BAD,
            "\"channels\":[\"*\"],\"tags\":{\"a\":\"" + "x".repeat(60_000) + "\"}"),
        subscribe("tags list", BAD, "\"channels\":[\"*\"],\"tags\":[]"),
        subscribe("tag null", BAD, "\"channels\":[\"*\"],\"tags\":{\"a\":null}"),
        subscribe("batch text", BAD, "\"channels\":[\"*\"],\"batch\":\"yes\""),
        subscribe("format unknown", BAD, "\"channels\":[\"*\"],\"format\":\"xml\""),
        subscribe("metrics glob", BAD, "\"channels\":[\"*\"],\"metrics\":[\"c*u\"]"),
        subscribe(
            "one channel twice",
            "subscribed",
            "\"channels\":[\"system.metrics\",\"system.metrics\"]"),
        subscribe(
            "regex in a tag",
            "subscribed",
            "\"channels\":[\"system.metrics\"],\"tags\":{\"a\":\"(a+)+$\"}"),
        text(
            "unsubscribe the unknown",
            "unsubscribed",
            "{\"type\":\"unsubscribe\",\"channels\":[\"no.such\"]}"));
  }

  private static Stream<TransportHostileInput> history() {
    return Stream.of(
        text(
            "history of all time",
            "BAD_HISTORY",
            "{\"type\":\"get_history\",\"data\":{\"channel\":\"orders.metrics\","
                + "\"start_time\":-9223372036854775808,\"end_time\":9223372036854775807,"
                + "\"limit\":-1}}"));
  }

  private static TransportHostileInput subscribe(String what, String outcome, String data) {
    return text(what, outcome, "{\"type\":\"subscribe\",\"data\":{" + data + "}}");
  }

  private static TransportHostileInput text(String what, String outcome, String text) {
    return new TransportHostileInput(
        "JSON: " + what, outcome, RawWebSocketFrame.text(text).masked());
  }

  private static TransportHostileInput bytes(String what, String hex) {
    return new TransportHostileInput(
        "MessagePack: " + what,
        MALFORMED,
        RawWebSocketFrame.binary(HexFormat.of().parseHex(hex)).masked());
  }

  /** {@code Aa} and {@code BB} have the same hash, and so has every row of them. */
  private static String collidingKeys() {
    String keys =
        IntStream.range(0, 1 << 11)
            .mapToObj(TransportHostileMessages::collidingKey)
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
