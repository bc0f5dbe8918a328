package io.greenlang.metrics.client.internal;

import io.greenlang.metrics.client.internal.connection.EventLoop;
import io.greenlang.metrics.client.internal.protocol.Command;
import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.HistoryPage;
import io.greenlang.metrics.client.model.HistoryQuery;
import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.MetricMetadata;
import io.greenlang.metrics.client.model.MetricsClientException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A queue of history requests. It sends one request at a time, as the server answers one at a time,
 * and loads page after page. If the server's rate limit refuses a page, it waits as long as the
 * server says, and continues there. Only the event loop uses it.
 */
final class HistoryRequests {

  /** The largest page that the server sends. */
  private static final int PAGE_LIMIT = 10_000;

  /** The bound of requests that wait for their turn. */
  private static final int MAX_QUEUED = 1000;

  private static final int MAX_ATTEMPTS = 3;

  /** The number of times that the server may refuse one page for its rate limit. */
  private static final int MAX_REFUSALS = 10;

  /** The longest wait after a refusal; the server's rate limit is one per minute. */
  private static final Duration MAX_WAIT = Duration.ofMinutes(2);

  /** Spreads the next requests of clients that were refused at the same time. */
  private static final Duration MAX_JITTER = Duration.ofSeconds(1);

  private final EventLoop loop;
  private final Commands commands;
  private final Executor executor;
  private final Queue<Request> queue = new ArrayDeque<>();
  private EventLoop.Timer refusalTimer = () -> {};
  private boolean requesting;
  private boolean refused;
  private boolean connected;

  /** A query whose pages are being loaded. */
  private static final class Request {
    final HistoryQuery query;
    final boolean allPages;
    final Result<HistoryPage> result;
    final List<Metric> metrics = new ArrayList<>();
    final Map<String, MetricMetadata> metadata = new LinkedHashMap<>();
    @Nullable String cursor;
    int attempts;
    int refusals;

    Request(HistoryQuery query, boolean allPages, Result<HistoryPage> result) {
      this.query = query;
      this.allPages = allPages;
      this.result = result;
    }

    Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>(query.options());
      fields.put("limit", Math.min(PAGE_LIMIT, query.limit() - metrics.size()));
      if (cursor != null) {
        fields.put("cursor", cursor);
      }
      return fields;
    }

    /** Adds a page; returns whether it is the last one. */
    boolean add(ServerMessage.HistoryReply page) {
      metrics.addAll(page.metrics());
      page.metadata().forEach(each -> metadata.put(each.name(), each));
      cursor = page.cursor();
      attempts = 0;
      refusals = 0;
      return !allPages
          || cursor == null
          || page.metrics().isEmpty()
          || metrics.size() >= query.limit();
    }

    HistoryPage toPage(ServerMessage.HistoryReply last) {
      String next = cursor;
      return new HistoryPage(
          metrics.size() > query.limit() ? metrics.subList(0, query.limit()) : metrics,
          last.start(),
          last.end(),
          last.interval(),
          List.copyOf(metadata.values()),
          next == null ? null : query.page(next));
    }
  }

  HistoryRequests(EventLoop loop, Commands commands, Executor executor) {
    this.loop = loop;
    this.commands = commands;
    this.executor = executor;
  }

  /** Loads one page, or all pages as one. */
  CompletableFuture<HistoryPage> get(HistoryQuery query, boolean allPages) {
    Result<HistoryPage> result = new Result<>(executor);
    if (queue.size() >= MAX_QUEUED) {
      String message = MAX_QUEUED + " history requests are waiting already";
      result.reject(MetricsClientException.of(ErrorCode.RATE_LIMITED, message));
    } else {
      queue.add(new Request(query, allPages, result));
      sendNext();
    }
    return result.future();
  }

  /** Repeats the interrupted request, starting at its current page. */
  void resume() {
    connected = true;
    sendNext();
  }

  void pause() {
    connected = false;
  }

  void close(MetricsClientException error) {
    refusalTimer.cancel();
    refused = false;
    queue.forEach(each -> each.result.reject(error));
    queue.clear();
  }

  private void sendNext() {
    Request current = queue.peek();
    if (current == null || requesting || refused || !connected) {
      return;
    }
    requesting = true;
    commands.send(
        Command.history(current.fields()),
        ServerMessage.HistoryReply.class,
        page -> onPage(current, page),
        error -> onError(current, error));
  }

  private void onPage(Request current, ServerMessage.HistoryReply page) {
    requesting = false;
    if (current.add(page)) {
      queue.remove(current);
      current.result.resolve(current.toPage(page));
    }
    sendNext();
  }

  private void onError(Request current, MetricsClientException error) {
    requesting = false;
    if (!isRepeated(current, error)) {
      queue.remove(current);
      current.result.reject(error);
    }
    sendNext();
  }

  private boolean isRepeated(Request current, MetricsClientException error) {
    return switch (error.code()) {
      case CONNECTION -> true;
      case TIMEOUT -> ++current.attempts < MAX_ATTEMPTS;
      case RATE_LIMITED -> waitAfterRefusal(current, error);
      default -> false;
    };
  }

  /** Holds all requests back as long as the server asks for; returns false if that is too long. */
  private boolean waitAfterRefusal(Request current, MetricsClientException error) {
    Duration wait = error.retryAfter().orElse(null);
    if (wait == null || wait.compareTo(MAX_WAIT) > 0 || ++current.refusals > MAX_REFUSALS) {
      return false;
    }
    refused = true;
    long jitter = (long) (loop.random() * MAX_JITTER.toNanos());
    refusalTimer = loop.schedule(wait.plusNanos(jitter), this::endWait);
    return true;
  }

  private void endWait() {
    refused = false;
    sendNext();
  }
}
