package io.greenlang.metrics.netty;

import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import io.greenlang.metrics.websocket.transport.TransportContext;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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

  /**
   * The maximum time that a client is queued when very many connect at once. Most clients time out
   * after 10 s.
   */
  private static final Duration MAX_WAIT = Duration.ofSeconds(8);

  private final TransportContext context;
  private final StaticFiles files;
  private final NettyTimeouts limits;

  /** The requests that were read together with the one that is being answered. */
  private final Deque<FullHttpRequest> pendingRequests = new ArrayDeque<>();

  private boolean responding;
  private boolean processing;

  /**
   * Whether a response announced that it is the last one. Everything that the peer sends afterwards
   * is ignored.
   */
  private boolean finished;

  HttpRequestHandler(TransportContext context, StaticFiles files, NettyTimeouts limits) {
    this.context = context;
    this.files = files;
    this.limits = limits;
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
      FullHttpRequest request = pendingRequests.remove();
      responding = true;
      try {
        route(ctx, request);
      } finally {
        request.release();
      }
    }
    processing = false;
    ctx.channel().config().setAutoRead(!responding);
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

  @Override
  @SuppressWarnings(
      "deprecation") // deprecated in ChannelHandler, but not in ChannelInboundHandlerAdapter
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause instanceof CodecException) {
      log.debug("HTTP connection ended: {}", cause.getClass().getName());
    } else {
      log.warn("HTTP connection failed", cause);
    }
    ctx.close();
  }

  private void handleWebSocket(ChannelHandlerContext ctx, FullHttpRequest request) {
    String problem = WebSocketUpgrade.trouble(request);
    if (problem != null) {
      send(ctx, HttpResponses.upgradeRequired(request, problem));
      return;
    }
    Handshake handshake;
    try {
      handshake = handshake(request, NettyConnection.address(ctx.channel()));
    } catch (IllegalArgumentException e) {
      sendText(ctx, request, HttpResponseStatus.BAD_REQUEST, "The query cannot be decoded");
      return;
    }
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
    if (admission instanceof Admission.Accepted opened) {
      WebSocketUpgrade.perform(ctx, request, opened, context.maxMessageBytes(), limits);
    } else if (admission instanceof Admission.Rejected refused) {
      send(ctx, HttpResponses.rejected(request, refused));
    } else {
      log.error("Failed to authorize a handshake", failure);
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
      log.error("Failed to read a dashboard file", failure);
      sendInternalError(ctx, request);
    } else {
      sendText(ctx, request, HttpResponseStatus.NOT_FOUND, "Not found");
    }
  }

  /** Continues on the I/O thread with the result of another thread, then releases the request. */
  private static void resumeOnIoThread(
      ChannelHandlerContext ctx, FullHttpRequest request, Runnable action) {
    try {
      ctx.executor()
          .execute(
              () -> {
                try {
                  action.run();
                } finally {
                  request.release();
                }
              });
    } catch (RejectedExecutionException e) {
      request.release(); // the server is stopping
    }
  }

  private static Handshake handshake(FullHttpRequest request, @Nullable String address) {
    List<String> subprotocols = new ArrayList<>();
    for (String header : request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)) {
      for (String offered : header.split(",", -1)) {
        subprotocols.add(offered.trim());
      }
    }
    return new Handshake(
        new QueryStringDecoder(request.uri()).parameters().getOrDefault("token", List.of()),
        request.headers().get(HttpHeaderNames.AUTHORIZATION),
        subprotocols,
        request.headers().getAll(HttpHeaderNames.ORIGIN),
        request.headers().get(HttpHeaderNames.HOST),
        address);
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
