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
 * Answers HTTP requests: the WebSocket's path, {@code /health}, the dashboard's files, and nothing
 * else. One at a time: while an answer is made elsewhere or has not left, nothing more is read from
 * that connection. A peer that asks on and on and never reads would fill the memory with answers.
 */
final class HttpRouter extends SimpleChannelInboundHandler<FullHttpRequest> {

  static final String TIMEOUT = "http-timeout";

  private static final Logger log = LoggerFactory.getLogger(HttpRouter.class);

  /** How long a client waits for its turn when very many come at once; most give up after 10 s. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final TransportContext context;
  private final DashboardFiles files;
  private final NettyLimits limits;

  /** What was read together with the request that is being answered. */
  private final Deque<FullHttpRequest> waiting = new ArrayDeque<>();

  private boolean answering;
  private boolean workingOff;

  /** An answer said that it is the last one. Whatever else the peer has sent is ignored. */
  private boolean finished;

  HttpRouter(TransportContext context, DashboardFiles files, NettyLimits limits) {
    this.context = context;
    this.files = files;
    this.limits = limits;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (!finished) {
      waiting.add(request.retain());
      workOff(ctx);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    forgetWaiting();
  }

  private void forgetWaiting() {
    waiting.forEach(FullHttpRequest::release);
    waiting.clear();
  }

  /** Not by recursion: a thousand requests may have come in one piece. */
  private void workOff(ChannelHandlerContext ctx) {
    if (workingOff) {
      return;
    }
    workingOff = true;
    while (!answering && !waiting.isEmpty()) {
      FullHttpRequest request = waiting.remove();
      answering = true;
      try {
        route(ctx, request);
      } finally {
        request.release();
      }
    }
    workingOff = false;
    ctx.channel().config().setAutoRead(!answering);
  }

  private void route(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (!request.decoderResult().isSuccess()) {
      answer(ctx, request, HttpResponseStatus.BAD_REQUEST, "Bad request");
      return;
    }
    // The raw path: an encoded or decorated spelling of a path is another path.
    String path = rawPath(request.uri());
    if (path.equals(context.path())) {
      webSocket(ctx, request);
    } else if (!request.method().equals(HttpMethod.GET)
        && !request.method().equals(HttpMethod.HEAD)) {
      send(ctx, HttpAnswer.methodNotAllowed(request));
    } else if (path.equals("/health")) {
      send(ctx, HttpAnswer.json(request, context.health()));
    } else {
      file(ctx, request, path);
    }
  }

  @Override
  @SuppressWarnings("deprecation") // the handler's own method is not; its interface's is
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause instanceof CodecException) {
      log.debug("HTTP connection ended: {}", cause.getClass().getName());
    } else {
      log.warn("HTTP connection failed", cause);
    }
    ctx.close();
  }

  private void webSocket(ChannelHandlerContext ctx, FullHttpRequest request) {
    String trouble = Upgrade.trouble(request);
    if (trouble != null) {
      send(ctx, HttpAnswer.upgradeRequired(request, trouble));
      return;
    }
    Handshake handshake;
    try {
      handshake = handshake(request, NettyConnection.address(ctx.channel()));
    } catch (IllegalArgumentException e) {
      answer(ctx, request, HttpResponseStatus.BAD_REQUEST, "The query cannot be decoded");
      return;
    }
    request.retain();
    context
        .admit(handshake, PATIENCE)
        .whenComplete(
            (admission, failure) ->
                later(ctx, request, () -> admitted(ctx, request, admission, failure)));
  }

  private void admitted(
      ChannelHandlerContext ctx,
      FullHttpRequest request,
      @Nullable Admission admission,
      @Nullable Throwable failure) {
    if (admission instanceof Admission.Opened opened) {
      Upgrade.perform(ctx, request, opened, context.maxMessageBytes(), limits);
    } else if (admission instanceof Admission.Refused refused) {
      send(ctx, HttpAnswer.refused(request, refused));
    } else {
      log.error("a handshake could not be decided on", failure);
      failed(ctx, request);
    }
  }

  private void file(ChannelHandlerContext ctx, FullHttpRequest request, String path) {
    request.retain();
    try {
      CompletableFuture.supplyAsync(() -> read(path), context.workers())
          .whenComplete(
              (file, failure) -> later(ctx, request, () -> found(ctx, request, file, failure)));
    } catch (RejectedExecutionException e) {
      request.release();
      ctx.close(); // the server is stopping
    }
  }

  private DashboardFiles.@Nullable File read(String path) {
    try {
      return files.find(path);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private void found(
      ChannelHandlerContext ctx,
      FullHttpRequest request,
      DashboardFiles.@Nullable File file,
      @Nullable Throwable failure) {
    if (file != null) {
      send(ctx, HttpAnswer.file(request, file));
    } else if (failure != null) {
      log.error("a file of the dashboard cannot be read", failure);
      failed(ctx, request);
    } else {
      answer(ctx, request, HttpResponseStatus.NOT_FOUND, "Not found");
    }
  }

  /** Back to the I/O thread with what another thread found out; then the request is done with. */
  private static void later(ChannelHandlerContext ctx, FullHttpRequest request, Runnable rest) {
    try {
      ctx.executor()
          .execute(
              () -> {
                try {
                  rest.run();
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

  private void failed(ChannelHandlerContext ctx, FullHttpRequest request) {
    answer(ctx, request, HttpResponseStatus.INTERNAL_SERVER_ERROR, "Internal error");
  }

  private void answer(
      ChannelHandlerContext ctx, FullHttpRequest request, HttpResponseStatus status, String text) {
    send(ctx, HttpAnswer.text(request, status, text));
  }

  private void send(ChannelHandlerContext ctx, FullHttpResponse response) {
    finished = !HttpUtil.isKeepAlive(response);
    ChannelFuture sent = ctx.writeAndFlush(response);
    if (finished) {
      forgetWaiting();
      sent.addListener(HalfClose.INSTANCE);
    }
    sent.addListener(
        done -> {
          answering = false;
          workOff(ctx);
        });
  }
}
