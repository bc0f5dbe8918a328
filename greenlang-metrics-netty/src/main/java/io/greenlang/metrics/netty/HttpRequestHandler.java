package io.greenlang.metrics.netty;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import io.greenlang.metrics.websocket.transport.TransportContext;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A handler that responds to HTTP requests for the WebSocket path, {@code /health} and the
 * dashboard's files; nothing else exists. It handles one request at a time. It does not read from a
 * connection while a response is being prepared or has not been sent. Otherwise a peer that sends
 * requests and never reads would fill the memory with responses.
 */
final class HttpRequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

  static final String TIMEOUT = "http-timeout";

  private static final Logger log = LoggerFactory.getLogger(HttpRequestHandler.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  /**
   * The maximum time that a client is queued when very many connect at once. Most clients time out
   * after 10 s.
   */
  private static final Duration MAX_WAIT = Duration.ofSeconds(8);

  private final TransportContext context;
  private final StaticFiles files;
  private final NettyTimeouts timeouts;

  /** The requests that were read together with the one that is being answered. */
  private final Deque<FullHttpRequest> pendingRequests = new ArrayDeque<>();

  private boolean responding;
  private boolean processing;

  /**
   * Whether a response announced that it is the last one. Everything that the peer sends afterwards
   * is ignored.
   */
  private boolean finished;

  HttpRequestHandler(TransportContext context, StaticFiles files, NettyTimeouts timeouts) {
    this.context = context;
    this.files = files;
    this.timeouts = timeouts;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (!finished) {
      pendingRequests.add(request.retain());
      processPending(ctx);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    releasePending();
  }

  @Override
  @SuppressWarnings(
      "deprecation") // deprecated in ChannelHandler, but not in ChannelInboundHandlerAdapter
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause instanceof CodecException) {
      log.debug("HTTP connection ended: {}", cause.getClass().getName());
    } else {
      failureLog.warn("HTTP connection failed", cause);
    }
    ctx.close();
  }

  private void releasePending() {
    pendingRequests.forEach(FullHttpRequest::release);
    pendingRequests.clear();
  }

  /**
   * Handles the pending requests. It uses a loop rather than recursion, because one read can
   * deliver a thousand requests.
   */
  private void processPending(ChannelHandlerContext ctx) {
    if (processing) {
      return;
    }
    processing = true;
    while (!responding && !pendingRequests.isEmpty()) {
      process(ctx, pendingRequests.remove());
    }
    processing = false;
    ctx.channel().config().setAutoRead(!responding);
  }

  private void process(ChannelHandlerContext ctx, FullHttpRequest request) {
    responding = true;
    try {
      route(ctx, request);
    } finally {
      request.release();
    }
  }

  private void route(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (!request.decoderResult().isSuccess()) {
      sendText(ctx, request, HttpResponseStatus.BAD_REQUEST, "Bad request");
      return;
    }
    // Compare the raw path: an encoded or decorated spelling of a path is a different path.
    String path = rawPath(request.uri());
    if (path.equals(context.path())) {
      handleWebSocket(ctx, request);
    } else if (!request.method().equals(HttpMethod.GET)
        && !request.method().equals(HttpMethod.HEAD)) {
      send(ctx, HttpResponses.methodNotAllowed(request));
    } else if (path.equals("/health")) {
      send(ctx, HttpResponses.json(request, context.health()));
    } else {
      handleFile(ctx, request, path);
    }
  }

  private void handleWebSocket(ChannelHandlerContext ctx, FullHttpRequest request) {
    String problem = WebSocketUpgrade.validate(request);
    if (problem != null) {
      send(ctx, HttpResponses.upgradeRequired(request, problem));
      return;
    }
    Handshake handshake;
    try {
      handshake = WebSocketUpgrade.handshake(request, NettyConnection.address(ctx.channel()));
    } catch (IllegalArgumentException e) {
      sendText(ctx, request, HttpResponseStatus.BAD_REQUEST, "The query cannot be decoded");
      return;
    }
    admit(ctx, request, handshake);
  }

  private void admit(ChannelHandlerContext ctx, FullHttpRequest request, Handshake handshake) {
    request.retain();
    context
        .admit(handshake, MAX_WAIT)
        .whenComplete(
            (admission, failure) ->
                resumeOnIoThread(
                    ctx, request, () -> onAdmission(ctx, request, admission, failure)));
  }

  private void onAdmission(
      ChannelHandlerContext ctx,
      FullHttpRequest request,
      @Nullable Admission admission,
      @Nullable Throwable failure) {
    if (admission instanceof Admission.Accepted accepted) {
      new WebSocketUpgrade(ctx, accepted, context.maxMessageBytes(), timeouts).perform(request);
    } else if (admission instanceof Admission.Rejected rejected) {
      send(ctx, HttpResponses.rejected(request, rejected));
    } else {
      failureLog.error("Failed to authorize a handshake", failure);
      sendInternalError(ctx, request);
    }
  }

  private void handleFile(ChannelHandlerContext ctx, FullHttpRequest request, String path) {
    request.retain();
    try {
      CompletableFuture.supplyAsync(() -> read(path), context.workers())
          .whenComplete(
              (file, failure) ->
                  resumeOnIoThread(ctx, request, () -> onFileRead(ctx, request, file, failure)));
    } catch (RejectedExecutionException e) {
      request.release();
      ctx.close(); // the server is stopping
    }
  }

  private StaticFiles.@Nullable File read(String path) {
    try {
      return files.find(path);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private void onFileRead(
      ChannelHandlerContext ctx,
      FullHttpRequest request,
      StaticFiles.@Nullable File file,
      @Nullable Throwable failure) {
    if (file != null) {
      send(ctx, HttpResponses.file(request, file));
    } else if (failure != null) {
      failureLog.error("Failed to read a dashboard file", failure);
      sendInternalError(ctx, request);
    } else {
      sendText(ctx, request, HttpResponseStatus.NOT_FOUND, "Not found");
    }
  }

  /** Continues on the I/O thread with the result of another thread, then releases the request. */
  private static void resumeOnIoThread(
      ChannelHandlerContext ctx, FullHttpRequest request, Runnable action) {
    try {
      ctx.executor().execute(() -> runAndRelease(action, request));
    } catch (RejectedExecutionException e) {
      request.release(); // the server is stopping
    }
  }

  private static void runAndRelease(Runnable action, FullHttpRequest request) {
    try {
      action.run();
    } finally {
      request.release();
    }
  }

  private static String rawPath(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  private void sendInternalError(ChannelHandlerContext ctx, FullHttpRequest request) {
    sendText(ctx, request, HttpResponseStatus.INTERNAL_SERVER_ERROR, "Internal error");
  }

  private void sendText(
      ChannelHandlerContext ctx, FullHttpRequest request, HttpResponseStatus status, String text) {
    send(ctx, HttpResponses.text(request, status, text));
  }

  private void send(ChannelHandlerContext ctx, FullHttpResponse response) {
    finished = !HttpUtil.isKeepAlive(response);
    ChannelFuture sent = ctx.writeAndFlush(response);
    if (finished) {
      releasePending();
      sent.addListener(LingeringClose.INSTANCE);
    }
    sent.addListener(
        done -> {
          responding = false;
          processPending(ctx);
        });
  }
}
