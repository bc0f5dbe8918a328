package io.greenlang.metrics.netty;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.netty.internal.http.BadRequestException;
import io.greenlang.metrics.netty.internal.http.RequestBody;
import io.greenlang.metrics.netty.internal.http.RequestBuffer;
import io.greenlang.metrics.netty.internal.http.RequestHead;
import io.greenlang.metrics.netty.internal.http.RequestHead.ResponseMode;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.transport.HttpEndpoints;
import io.greenlang.metrics.websocket.transport.HttpEndpoints.Decision;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One call of an HTTP endpoint, from its head to its answer. The client's token is checked first,
 * and only then is its body received. The connection's I/O thread owns it.
 */
final class EndpointCall {

  private static final ThrottledLog failureLog =
      new ThrottledLog(LoggerFactory.getLogger(EndpointCall.class));

  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int EXPECTATION_FAILED = 417;
  private static final int INTERNAL_ERROR = 500;
  private static final int UNAVAILABLE = 503;

  /** The memory of a parsed header beside its characters. */
  private static final int HEADER_BYTES = 256;

  private final HttpEndpoints endpoints;
  private final HttpEndpoint endpoint;
  private final ResponseMode mode;
  private final boolean expectsContinue;
  private final int headBytes;
  private final RequestBody body;
  private HttpCall head;
  private int contentBytes;

  /** The call while it waits for a worker, which a closed connection discards. */
  private final AtomicReference<@Nullable HttpCall> waiting = new AtomicReference<>();

  /**
   * Creates a call of which only the head has arrived.
   *
   * @throws IllegalArgumentException if the query cannot be decoded
   */
  EndpointCall(
      HttpEndpoints endpoints,
      HttpEndpoint endpoint,
      RequestHead request,
      String subpath,
      @Nullable String peer) {
    this.endpoints = endpoints;
    this.endpoint = endpoint;
    this.mode = request.responseMode();
    this.expectsContinue = request.http11() && request.headers().contains(HttpHeaderNames.EXPECT);
    this.body = new RequestBody(request.body(), endpoint.maxBodyBytes());
    Map<String, List<String>> headers = headers(request);
    this.headBytes = HEADER_BYTES * request.headers().size();
    this.head =
        HttpCall.of(method(request), request.target().query(), headers, peer).withSubpath(subpath);
  }

  /** Returns the headers of a request, with the host that the client connects to. */
  static Map<String, List<String>> headers(RequestHead request) {
    Map<String, List<String>> headers = new HashMap<>();
    for (String name : request.headers().names()) {
      headers.put(name, request.headers().getAll(name));
    }
    String host = request.host();
    if (host != null) {
      headers.keySet().removeIf(HttpHeaderNames.HOST::contentEqualsIgnoreCase);
      headers.put(HttpHeaderNames.HOST.toString(), List.of(host));
    }
    return headers;
  }

  private static String method(RequestHead request) {
    return request.method().equals(HttpMethod.HEAD.name())
        ? HttpMethod.GET.name()
        : request.method();
  }

  /** Returns the answer to a request that no endpoint could answer; null if this one can. */
  static @Nullable HttpReply problem(RequestHead request, HttpEndpoint endpoint) {
    if (!endpoint.methods().contains(method(request))) {
      return HttpReply.text(METHOD_NOT_ALLOWED, "Method not allowed")
          .withHeader("Allow", String.join(", ", endpoint.methods()));
    }
    List<String> expectations = request.headers().getAll(HttpHeaderNames.EXPECT);
    boolean known =
        expectations.stream().allMatch(HttpHeaderValues.CONTINUE::contentEqualsIgnoreCase);
    return known ? null : HttpReply.text(EXPECTATION_FAILED, "The expectation is unknown");
  }

  /** Asks for a decision on the client, then receives the body or rejects the call. */
  void start(ChannelHandlerContext ctx, HttpRequestHandler connection) {
    endpoints
        .admit(endpoint, head)
        .whenComplete(
            (decision, failure) ->
                HttpRequestHandler.resumeOnIoThread(
                    ctx, () -> onDecision(ctx, connection, decision, failure)));
  }

  private void onDecision(
      ChannelHandlerContext ctx,
      HttpRequestHandler connection,
      @Nullable Decision decision,
      @Nullable Throwable failure) {
    if (decision == null) {
      reply(ctx, connection, null, failure);
    } else if (decision.rejection() != null) {
      reply(ctx, connection, decision.rejection(), null);
    } else {
      head = decision.call();
      connection.receiveBody(ctx, expectsContinue && !body.isComplete());
    }
  }

  private void reply(
      ChannelHandlerContext ctx,
      HttpRequestHandler connection,
      @Nullable HttpReply reply,
      @Nullable Throwable failure) {
    if (reply == null) {
      failureLog.error("Failed to handle an HTTP call", failure);
    }
    HttpReply answer = reply == null ? HttpReply.text(INTERNAL_ERROR, "Internal error") : reply;
    connection.send(ctx, HttpResponses.reply(responseMode(), answer));
  }

  /**
   * Receives the bytes of the body that have arrived.
   *
   * @return whether the body is complete
   * @throws BadRequestException if the body is malformed or too long
   */
  boolean receive(RequestBuffer input) throws BadRequestException {
    return body.isComplete() || input.poll(body);
  }

  /** Returns the memory that this call takes, without the characters of its head. */
  int bytes() {
    return headBytes + body.capacity() + contentBytes;
  }

  /** Has a worker answer this call, whose body is complete. */
  void handle(ChannelHandlerContext ctx, HttpRequestHandler connection) {
    byte[] content = body.content();
    contentBytes = content.length;
    waiting.set(head.withBody(content));
    try {
      CompletableFuture.supplyAsync(this::call, endpoints.workers())
          .whenComplete(
              (reply, failure) ->
                  HttpRequestHandler.resumeOnIoThread(
                      ctx, () -> reply(ctx, connection, reply, failure)));
    } catch (RejectedExecutionException e) {
      ctx.close(); // the server is stopping
    }
  }

  private HttpReply call() {
    HttpCall call = waiting.getAndSet(null);
    return call == null
        ? HttpReply.text(UNAVAILABLE, "Disconnected")
        : endpoints.handle(endpoint, call);
  }

  /** Discards the call if no worker has begun it, because its client has gone. */
  void cancel() {
    waiting.set(null);
  }

  /**
   * Returns how to answer. A connection can be used again only if the whole body was received,
   * because the next bytes would be misread.
   */
  private ResponseMode responseMode() {
    return body.isComplete() ? mode : new ResponseMode(mode.toHead(), false);
  }
}
