package io.greenlang.metrics.netty;

import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import io.greenlang.metrics.websocket.transport.TransportContext;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers HTTP requests: the WebSocket's path, {@code /health}, the dashboard's files, and nothing
 * else. While an answer is made elsewhere, nothing more is read from that connection.
 */
final class HttpRouter extends SimpleChannelInboundHandler<FullHttpRequest> {

  static final String TIMEOUT = "http-timeout";
  static final String FLOW = "http-flow";

  private static final Logger log = LoggerFactory.getLogger(HttpRouter.class);

  /** The page loads nothing from elsewhere and talks to its own host only. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; connect-src 'self' ws: wss:; frame-ancestors 'self'; base-uri 'none'";

  private final TransportContext context;
  private final DashboardFiles files;

  HttpRouter(TransportContext context, DashboardFiles files) {
    this.context = context;
    this.files = files;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
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
      answer(ctx, request, HttpResponseStatus.METHOD_NOT_ALLOWED, "Method not allowed");
    } else if (path.equals("/health")) {
      send(ctx, request, HttpResponseStatus.OK, "application/json", context.health());
    } else {
      file(ctx, request, path);
    }
  }

  @Override
  @SuppressWarnings("deprecation") // the handler's own method is not; its interface's is
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof ReadTimeoutException || cause instanceof IOException) {
      log.debug("HTTP connection ended: {}", cause.getClass().getName());
    } else {
      log.warn("HTTP connection failed", cause);
    }
    ctx.close();
  }

  private void webSocket(ChannelHandlerContext ctx, FullHttpRequest request) {
    boolean upgrade =
        request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    if (!request.method().equals(HttpMethod.GET) || !upgrade) {
      answer(ctx, request, HttpResponseStatus.UPGRADE_REQUIRED, "This is a WebSocket: upgrade");
      return;
    }
    Handshake handshake;
    try {
      handshake = handshake(request);
    } catch (IllegalArgumentException e) {
      answer(ctx, request, HttpResponseStatus.BAD_REQUEST, "The query cannot be decoded");
      return;
    }
    pause(ctx);
    request.retain();
    context
        .admit(handshake)
        .whenComplete(
            (admission, failure) ->
                ctx.executor().execute(() -> admitted(ctx, request, admission, failure)));
  }

  private void admitted(
      ChannelHandlerContext ctx,
      FullHttpRequest request,
      @Nullable Admission admission,
      @Nullable Throwable failure) {
    try {
      if (admission instanceof Admission.Opened opened) {
        Upgrade.perform(ctx, request, opened, context.maxMessageBytes());
      } else if (admission instanceof Admission.Refused refused) {
        resume(ctx);
        HttpResponseStatus status = HttpResponseStatus.valueOf(refused.status());
        answer(ctx, request, status, status.reasonPhrase());
      } else {
        log.error("a handshake could not be decided on", failure);
        resume(ctx);
        HttpResponseStatus status = HttpResponseStatus.INTERNAL_SERVER_ERROR;
        answer(ctx, request, status, status.reasonPhrase());
      }
    } finally {
      request.release();
    }
  }

  private void file(ChannelHandlerContext ctx, FullHttpRequest request, String path) {
    pause(ctx);
    request.retain();
    try {
      CompletableFuture.supplyAsync(() -> read(path), context.workers())
          .whenComplete(
              (file, failure) -> ctx.executor().execute(() -> found(ctx, request, file, failure)));
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
    try {
      resume(ctx);
      if (file != null) {
        send(ctx, request, HttpResponseStatus.OK, file.contentType(), file.content());
      } else if (failure != null) {
        log.error("a file of the dashboard cannot be read", failure);
        answer(ctx, request, HttpResponseStatus.INTERNAL_SERVER_ERROR, "Internal error");
      } else {
        answer(ctx, request, HttpResponseStatus.NOT_FOUND, "Not found");
      }
    } finally {
      request.release();
    }
  }

  private static Handshake handshake(FullHttpRequest request) {
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
        request.headers().get(HttpHeaderNames.HOST));
  }

  private static String rawPath(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  private static void pause(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(false);
  }

  private static void resume(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(true);
  }

  private static void answer(
      ChannelHandlerContext ctx, FullHttpRequest request, HttpResponseStatus status, String text) {
    byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
    send(ctx, request, status, "text/plain; charset=utf-8", body);
  }

  private static void send(
      ChannelHandlerContext ctx,
      FullHttpRequest request,
      HttpResponseStatus status,
      String contentType,
      byte[] body) {
    boolean head = request.method().equals(HttpMethod.HEAD);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            status,
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, contentType)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
        .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
        .set("X-Content-Type-Options", "nosniff")
        .set("Referrer-Policy", "no-referrer");
    if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
      response.headers().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    }
    boolean keepAlive =
        request.decoderResult().isSuccess()
            && HttpUtil.isKeepAlive(request)
            && status.code() < HttpResponseStatus.BAD_REQUEST.code();
    HttpUtil.setKeepAlive(response, keepAlive);
    var sent = ctx.writeAndFlush(response);
    if (!keepAlive) {
      sent.addListener(ChannelFutureListener.CLOSE);
    }
  }
}
