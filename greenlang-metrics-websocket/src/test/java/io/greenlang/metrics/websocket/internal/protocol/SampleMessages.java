package io.greenlang.metrics.websocket.internal.protocol;

import static io.greenlang.metrics.websocket.internal.protocol.ServerMessage.ErrorMessage;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.history.HistoryCursor;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryPoint;
import io.greenlang.metrics.internal.aggregate.BuiltInAggregator;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.StartResult;
import io.greenlang.metrics.subscription.StreamPosition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A message of every shape that the server sends, by the name of its golden file. */
final class SampleMessages {

  private static final Instant NOW = Instant.parse("2023-11-08T16:00:00Z");
  private static final Instant NOON = Instant.parse("2025-11-08T12:00:00Z");
  private static final Tags TAGS = Tags.of("host", "server1", "env", "production");

  private static final HistoryPoint GAUGE_POINT =
      new HistoryPoint(
          "cpu.percent",
          MetricType.GAUGE,
          TAGS,
          new HistoryCursor(NOON.toEpochMilli(), 7, 0),
          75.5,
          null);

  private static final HistoryPoint COUNTER_POINT =
      new HistoryPoint(
          "network.bytes_sent",
          MetricType.COUNTER,
          Tags.empty(),
          new HistoryCursor(NOON.toEpochMilli() + 250, 8, 1),
          16_777_216_000.0,
          null);

  private static final List<MetricDescription> DESCRIPTIONS =
      List.of(
          MetricDescription.of("system.metrics", "cpu.percent", "%", "Use of all processors"),
          MetricDescription.of("system.metrics", "network.bytes_sent", "By", null),
          MetricDescription.of("system.metrics", "load.1m", null, "Load average over 1 minute"));

  private SampleMessages() {}

  static Map<String, Function<Encoding, byte[]>> all() {
    Map<String, Function<Encoding, byte[]>> all = new TreeMap<>();
    answers().forEach((name, message) -> all.put(name, encoding -> encode(message, encoding)));
    errors().forEach((name, message) -> all.put(name, encoding -> encode(message, encoding)));
    addMetrics(all);
    return all;
  }

  private static byte[] encode(ServerMessage message, Encoding encoding) {
    return MessageCodec.of(encoding).encode(message.toMap());
  }

  private static Map<String, ServerMessage> answers() {
    List<String> channels = List.of("system.metrics", "workflow.metrics");
    Map<String, ServerMessage> answers = new TreeMap<>(tokenRefreshedMessages());
    answers.putAll(subscriptions(channels));
    answers.put("subscribed-positions", subscribedWithPositions(channels));
    answers.put("subscribed-first", subscribedForTheFirstTime());
    answers.put("history", history(null, false, GAUGE_POINT, COUNTER_POINT));
    answers.put("history-page", history(Interval.ONE_MINUTE, true, windowPoint()));
    answers.put("history-empty", history(Interval.ONE_DAY, false));
    answers.put("history-metadata", historyWithMetadata());
    answers.put("metadata", new ServerMessage.Metadata(Channel.SYSTEM, DESCRIPTIONS));
    return answers;
  }

  private static ServerMessage subscribedWithPositions(List<String> channels) {
    Map<String, StartResult> startResults = new TreeMap<>();
    startResults.put(channels.get(0), new StartResult(new StreamPosition("3k9x", 12_345), true));
    startResults.put(
        channels.get(1), new StartResult(new StreamPosition("3k9x.5s", 352_521_600), false));
    return new ServerMessage.Subscribed(channels, startResults, "a-1");
  }

  private static ServerMessage subscribedForTheFirstTime() {
    StartResult result = new StartResult(new StreamPosition("3k9x", 12_340), null);
    return new ServerMessage.Subscribed(
        List.of("system.metrics"), Map.of("system.metrics", result), null);
  }

  private static ServerMessage history(
      @Nullable Interval interval, boolean more, HistoryPoint... points) {
    HistoryPage page = new HistoryPage(interval, NOON.toEpochMilli(), List.of(points), more);
    return new ServerMessage.History(
        Channel.SYSTEM, page, NOON.plusSeconds(3600), HistogramFields.NONE, null, "a-1");
  }

  private static ServerMessage historyWithMetadata() {
    HistoryPage page = new HistoryPage(null, NOON.toEpochMilli(), List.of(GAUGE_POINT), false);
    return new ServerMessage.History(
        Channel.SYSTEM,
        page,
        NOON.plusSeconds(3600),
        HistogramFields.NONE,
        DESCRIPTIONS.subList(0, 1),
        "a-1");
  }

  private static HistoryPoint windowPoint() {
    Aggregate aggregate = BuiltInAggregator.HISTOGRAMS.create();
    List.of(10.0, 20.5, 30.0).forEach(sample -> aggregate.add(sample, 0));
    return new HistoryPoint(
        "latency",
        MetricType.HISTOGRAM,
        TAGS,
        new HistoryCursor(NOON.toEpochMilli(), 3, 0),
        aggregate.value(),
        aggregate);
  }

  private static Map<String, ServerMessage> tokenRefreshedMessages() {
    return Map.of(
        "token-refreshed", new ServerMessage.TokenRefreshed(NOW, null),
        "token-refreshed-id", new ServerMessage.TokenRefreshed(NOW, "a-1"),
        "token-refreshed-never", new ServerMessage.TokenRefreshed(null, null));
  }

  private static Map<String, ServerMessage> subscriptions(List<String> channels) {
    return Map.of(
        "welcome", new ServerMessage.Welcome("127.0.0.1:12345", 30, NOW),
        "welcome-millis", new ServerMessage.Welcome("[::1]:12345", 0.5, NOW.plusMillis(7)),
        "subscribed", new ServerMessage.Subscribed(channels, null, null),
        "subscribed-id", new ServerMessage.Subscribed(channels, null, "a-1"),
        "unsubscribed", new ServerMessage.Unsubscribed(List.of("system.metrics"), null),
        "unsubscribed-id", new ServerMessage.Unsubscribed(List.of(), "\u00e4\"\ud83d\udc1f"),
        "ping", new ServerMessage.Ping(NOW));
  }

  private static Map<String, ServerMessage> errors() {
    Map<String, ServerMessage> errors = new TreeMap<>(parsedErrors());
    Duration wait = Duration.ofMillis(2_040);
    errors.put("error-price", CommandException.rateLimited(wait, "a-1").toMessage());
    errors.put("error-busy", CommandException.busy(Duration.ofSeconds(1), "a-1").toMessage());
    return errors;
  }

  private static Map<String, ServerMessage> parsedErrors() {
    return Map.of(
        "error-unauthorized", ErrorMessage.UNAUTHORIZED,
        "error-token-expired", ErrorMessage.TOKEN_EXPIRED,
        "error-channels-hidden", new ServerMessage.ChannelsHidden(List.of("system.metrics")),
        "error-rate-limited", ErrorMessage.RATE_LIMITED,
        "error-unknown-channel", errorTo("subscribe", "{\"channels\":[\"no such\"]}"),
        "error-bad-subscription", errorTo("subscribe", "{\"channels\":[]}"),
        "error-history-unavailable", CommandException.noHistory("a-1").toMessage(),
        "error-bad-history", errorTo("get_history", "{\"channel\":\"system.metrics\"}"),
        "error-unknown-type", errorTo("<script>\\u001b[31m", "{}"),
        "error-malformed", errorTo("subscribe", "7"));
  }

  /** Returns the error that answers a command with the id "a-1". */
  private static ServerMessage errorTo(String type, String data) {
    String command = "{\"type\":\"" + type + "\",\"id\":\"a-1\",\"data\":" + data + "}";
    try {
      CommandParser.parse(JsonCodec.INSTANCE.decode(command.getBytes(StandardCharsets.UTF_8)));
    } catch (CommandException e) {
      return e.toMessage();
    } catch (MalformedMessageException e) {
      return ErrorMessage.malformed(e);
    }
    throw new AssertionError(command + " is not answered with an error");
  }

  private static void addMetrics(Map<String, Function<Encoding, byte[]>> all) {
    Metric gauge = metric("cpu.percent", MetricType.GAUGE, 75.5, TAGS);
    Metric counter =
        metric("network.bytes_sent", MetricType.COUNTER, 16_777_216_000.0, TAGS)
            .withTimestamp(NOON.plusMillis(250));
    Metric histogram = metric("latency", MetricType.HISTOGRAM, 1.0e-7, Tags.empty());
    all.put("metric-gauge", encoding -> payload(encoding, Format.METRIC, gauge));
    all.put("metric-counter", encoding -> payload(encoding, Format.METRIC, counter));
    all.put("metric-histogram", encoding -> payload(encoding, Format.METRIC, histogram));
    all.put(
        "metric-distribution",
        encoding -> distribution(encoding, HistogramFields.NONE, 10, 20.5, 30));
    all.put(
        "metric-distribution-buckets",
        encoding ->
            distribution(
                encoding,
                new HistogramFields(new TreeSet<>(Set.of(0.9, 0.999)), true),
                -3,
                0,
                0,
                10,
                10.1,
                20.5));
    all.put(
        "snapshot-distribution",
        encoding ->
            payload(
                encoding,
                Format.SNAPSHOT,
                Metric.distribution(
                        Channel.SYSTEM, "latency", Distribution.of(10, 20.5, 30), Tags.empty())
                    .withTimestamp(NOON)));
    all.put("metrics", encoding -> payload(encoding, Format.BATCH, gauge, counter, histogram));
    all.put("metrics-one", encoding -> payload(encoding, Format.BATCH, gauge));
    all.put(
        "metric-offset",
        encoding -> marked(payload(encoding, Format.METRIC, gauge), encoding, false));
    all.put(
        "metric-replayed",
        encoding -> marked(payload(encoding, Format.METRIC, gauge), encoding, true));
    all.put(
        "metrics-replayed",
        encoding -> marked(payload(encoding, Format.BATCH, gauge), encoding, true));
    Metric[] systemMetrics = {
      metric("cpu.percent", MetricType.GAUGE, 45.2, Tags.empty()),
      metric("cpu.count", MetricType.GAUGE, 8, Tags.empty()),
      metric("cpu.frequency", MetricType.GAUGE, 2400, Tags.empty()),
      metric("memory.total", MetricType.GAUGE, 16_777_216_000.0, Tags.empty()),
      metric("memory.used", MetricType.GAUGE, 8_388_608_000.0, Tags.empty()),
      metric("memory.percent", MetricType.GAUGE, 50, Tags.empty())
    };
    all.put("snapshot", encoding -> payload(encoding, Format.SNAPSHOT, systemMetrics));
    Metric[] collidingNames = {
      gauge, metric("cpu", MetricType.GAUGE, 1, TAGS), metric("tags", MetricType.GAUGE, 2, TAGS)
    };
    all.put("snapshot-tags", encoding -> payload(encoding, Format.SNAPSHOT, collidingNames));
    all.put("snapshot-repeated-1", encoding -> repeated(encoding, 0));
    all.put("snapshot-repeated-2", encoding -> repeated(encoding, 1));
    all.put("lagged", SampleMessages::lagged);
    all.put("lagged-series-limit", SampleMessages::dropped);
    all.put("lagged-memory", SampleMessages::overBudget);
    all.put("lagged-interrupted", SampleMessages::interrupted);
    all.put(
        "snapshot-replayed",
        encoding -> marked(payload(encoding, Format.SNAPSHOT, systemMetrics), encoding, true));
    addWindows(all);
  }

  private static byte[] marked(byte[] message, Encoding encoding, boolean replayed) {
    FrameBuffer plain = new FrameBuffer();
    plain.put(message);
    FrameBuffer out = new FrameBuffer();
    SampleFeed.encoder(encoding).annotate(plain, 0, plain.length(), 12_345L, replayed, out);
    return out.toByteArray();
  }

  private static void addWindows(Map<String, Function<Encoding, byte[]>> all) {
    all.put("aggregate-gauge", encoding -> window(encoding, "cpu.percent", MetricType.GAUGE, TAGS));
    all.put(
        "aggregate-counter", encoding -> window(encoding, "n", MetricType.COUNTER, Tags.empty()));
    all.put(
        "aggregate-histogram", encoding -> window(encoding, "latency", MetricType.HISTOGRAM, TAGS));
    all.put(
        "aggregate-replayed",
        encoding ->
            marked(window(encoding, "latency", MetricType.HISTOGRAM, TAGS), encoding, true));
  }

  private static byte[] window(Encoding encoding, String name, MetricType type, Tags tags) {
    return SampleFeed.window(
        encoding,
        metric(name, type, 10, tags),
        metric(name, type, 20.5, tags),
        metric(name, type, 30, tags));
  }

  private static byte[] lagged(Encoding encoding) {
    FrameBuffer out = new FrameBuffer();
    SampleFeed.encoder(encoding).lagged(Channel.SYSTEM, 1234, out);
    return out.toByteArray();
  }

  private static byte[] dropped(Encoding encoding) {
    FrameBuffer out = new FrameBuffer();
    SampleFeed.encoder(encoding).dropped(Channel.SYSTEM, 300, out);
    return out.toByteArray();
  }

  private static byte[] overBudget(Encoding encoding) {
    FrameBuffer out = new FrameBuffer();
    SampleFeed.encoder(encoding).overBudget(Channel.SYSTEM, 120, out);
    return out.toByteArray();
  }

  private static byte[] interrupted(Encoding encoding) {
    FrameBuffer out = new FrameBuffer();
    SampleFeed.encoder(encoding).gap(Channel.SYSTEM, null, new StreamPosition("k3x9q2", 17), out);
    return out.toByteArray();
  }

  private static Metric metric(String name, MetricType type, double value, Tags tags) {
    return new Metric(Channel.SYSTEM, name, type, value, NOON, tags);
  }

  private static byte[] distribution(
      Encoding encoding, HistogramFields fields, double... observations) {
    Metric metric =
        Metric.distribution(Channel.SYSTEM, "latency", Distribution.of(observations), TAGS)
            .withTimestamp(NOON);
    return SampleFeed.payloads(encoding, Format.METRIC, fields, metric).get(0);
  }

  /** Returns one of the snapshots of a publication that has two values of one name. */
  private static byte[] repeated(Encoding encoding, int index) {
    return SampleFeed.payloads(
            encoding,
            Format.SNAPSHOT,
            metric("latency", MetricType.HISTOGRAM, 120, Tags.empty()),
            metric("calls.total", MetricType.COUNTER, 5000, Tags.empty()),
            metric("latency", MetricType.HISTOGRAM, 35.5, Tags.empty()))
        .get(index);
  }

  private static byte[] payload(Encoding encoding, Format format, Metric... metrics) {
    List<byte[]> payloads = SampleFeed.payloads(encoding, format, metrics);
    if (payloads.size() != 1) {
      throw new AssertionError(payloads.size() + " messages instead of one");
    }
    return payloads.get(0);
  }
}
