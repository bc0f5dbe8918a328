package io.greenlang.metrics.client.internal;

import io.greenlang.metrics.client.internal.protocol.Command;
import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.HistoryPage;
import io.greenlang.metrics.client.model.HistoryQuery;
import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.MetricsClientException;
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
 * and loads page after page. Only the event loop uses it.
 */
final class HistoryRequests {

  /** The largest page that the server sends. */
  private static final int PAGE_LIMIT = 10_000;

  /** The bound of requests that wait for their turn. */
  private static final int MAX_QUEUED = 1000;

  private static final int MAX_ATTEMPTS = 3;

  private final Commands commands;
  private final Executor executor;
  private final Queue<Request> queue = new ArrayDeque<>();
  private boolean requesting;
  private boolean connected;

  /** A query whose pages are being loaded. */
  private static final class Request {
    final HistoryQuery query;
    final boolean allPages;
    final Result<HistoryPage> result;
    final List<Metric> metrics = new ArrayList<>();
    @Nullable String cursor;
    int attempts;

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
      cursor = page.cursor();
      attempts = 0;
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
          next == null ? null : query.page(next));
    }
  }

  HistoryRequests(Commands commands, Executor executor) {
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
    queue.forEach(each -> each.result.reject(error));
    queue.clear();
  }

  private void sendNext() {
    Request current = queue.peek();
    if (current == null || requesting || !connected) {
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
    boolean isTimeout = error.code() == ErrorCode.TIMEOUT;
    boolean isRepeated =
        error.code() == ErrorCode.CONNECTION || (isTimeout && ++current.attempts < MAX_ATTEMPTS);
    if (!isRepeated) {
      queue.remove(current);
      current.result.reject(error);
    }
    sendNext();
  }
}
