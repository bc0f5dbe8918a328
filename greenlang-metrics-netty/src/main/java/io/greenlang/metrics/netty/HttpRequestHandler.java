package io.greenlang.metrics.netty;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.netty.internal.connection.RequestTimeout;
import io.greenlang.metrics.netty.internal.http.BadRequestException;
import io.greenlang.metrics.netty.internal.http.RequestBuffer;
import io.greenlang.metrics.netty.internal.http.RequestHead;
import io.greenlang.metrics.netty.internal.http.RequestHead.ResponseMode;
import io.greenlang.metrics.netty.internal.socket.LingeringClose;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import io.greenlang.metrics.websocket.transport.StaticFile;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A handler that responds to HTTP requests for the WebSocket, server-sent events, {@code /health},
 * the HTTP endpoints and the dashboard's files; nothing else exists. It handles one request at a
 * time. It does not read from a connection while a response is being prepared or has not been sent.
 * Otherwise a peer that sends requests and never reads would fill the memory with responses. Until
 * a request is complete, and while others wait for their turn, the handler keeps only their bytes.
 */
final class HttpRequestHandler extends SimpleChannelInboundHandler<ByteBuf> {

  private static final Logger log = LoggerFactory.getLogger(HttpRequestHandler.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  /** The maximum time that a client is queued. Most clients time out after 10 s. */
  static final Duration MAX_WAIT = Duration.ofSeconds(8);

  private final HttpServices services;
  private final RequestBuffer input;
  private final RequestTimeout timeout;
  private PendingConnections.@Nullable Entry pending;

  /** The call of an HTTP endpoint, until its response is ready. */
  private @Nullable EndpointCall call;

  private int responseBytes;
  private boolean responding;
  private boolean waitingForServer;
  private boolean processing;

  /**
   * Whether a response announced that it is the last one. Everything that the peer sends afterwards
   * is ignored.
   */
  private boolean finished;

  HttpRequestHandler(HttpServices services) {
    this.services = services;
    this.input = services.newRequestBuffer();
    this.timeout = new RequestTimeout(services.timeouts().requestTimeout());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    pending = services.pending().add(ctx.channel());
    timeout.restart(ctx);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    timeout.cancel();
    if (call != null) {
      call.cancel();
    }
    if (pending != null) {
      pending.remove();
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf received) {
    if (!finished) {
      input.append(received);
      processPending(ctx);
    }
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

  /**
   * Handles the requests that have arrived. It uses a loop rather than recursion, because one read
   * can deliver a thousand requests.
   */
  private void processPending(ChannelHandlerContext ctx) {
    if (processing || ctx.isRemoved()) {
      return;
    }
    processing = true;
    try {
      while (!responding && !finished && processNext(ctx)) {
        timeout.restart(ctx);
      }
    } finally {
      processing = false;
    }
    updateSize();
    ctx.channel().config().setAutoRead(!responding);
  }

  /** Handles the next request; returns false if it is not complete yet. */
  private boolean processNext(ChannelHandlerContext ctx) {
    try {
      if (call != null) {
        return receiveBody(ctx, call);
      }
      RequestHead request = input.poll();
      if (request == null) {
        return false;
      }
      responding = true;
      route(ctx, request);
    } catch (BadRequestException e) {
      responding = true;
      send(ctx, HttpResponses.text(ResponseMode.CLOSE, e.status(), e.text()));
    }
    return true;
  }

  private void route(ChannelHandlerContext ctx, RequestHead request) {
    // Compare the raw path: an encoded or decorated spelling of a path is a different path.
    String path = services.localPath(request.target().path());
    if (path == null) {
      send(ctx, HttpResponses.outside(request, services.context().basePath()));
      return;
    }
    HttpEndpoint endpoint = services.endpoint(path);
    if (path.equals(services.context().path())) {
      handleWebSocket(ctx, request);
    } else if (endpoint != null) {
      handleCall(ctx, request, endpoint);
    } else if (services.isStream(path)) {
      setWaitingForServer(true);
      services.newStreamCall(request, ctx.channel(), pending).start(ctx, this);
    } else if (!request.isGet() && !request.method().equals(HttpMethod.HEAD.name())) {
      send(ctx, HttpResponses.methodNotAllowed(request.responseMode()));
    } else if (path.equals("/health")) {
      send(ctx, HttpResponses.json(request.responseMode(), services.context().health()));
    } else {
      handleFile(ctx, request, path);
    }
  }

  private void handleWebSocket(ChannelHandlerContext ctx, RequestHead request) {
    FullHttpResponse problem = WebSocketUpgrade.problem(request);
    if (problem != null) {
      send(ctx, problem);
      return;
    }
    Handshake handshake;
    try {
      handshake = services.newHandshake(request, ctx.channel(), pending);
    } catch (IllegalArgumentException e) {
      send(ctx, HttpResponses.undecodableQuery(request.responseMode()));
      return;
    }
    admit(ctx, handshake, WebSocketUpgrade.accept(request), request.responseMode());
  }

  /** Asks for a decision. A client may be queued, so nothing retains its request meanwhile. */
  private void admit(
      ChannelHandlerContext ctx, Handshake handshake, String accept, ResponseMode mode) {
    setWaitingForServer(true);
    services
        .context()
        .admit(handshake, MAX_WAIT)
        .whenComplete(
            (admission, failure) ->
                resumeOnIoThread(ctx, () -> onAdmission(ctx, accept, mode, admission, failure)));
  }

  private void onAdmission(
      ChannelHandlerContext ctx,
      String accept,
      ResponseMode mode,
      @Nullable Admission admission,
      @Nullable Throwable failure) {
    if (admission instanceof Admission.Accepted accepted) {
      new WebSocketUpgrade(ctx, accepted, services, input).perform(accept);
    } else if (admission instanceof Admission.Rejected rejected) {
      send(ctx, HttpResponses.rejected(mode, rejected));
    } else {
      failureLog.error("Failed to authorize a handshake", failure);
      send(ctx, HttpResponses.internalError(mode));
    }
  }

  private void handleCall(ChannelHandlerContext ctx, RequestHead request, HttpEndpoint endpoint) {
    HttpReply problem = EndpointCall.problem(request, endpoint);
    if (problem != null) {
      send(ctx, HttpResponses.reply(ResponseMode.CLOSE, problem));
      return;
    }
    EndpointCall newCall;
    try {
      newCall = services.newCall(endpoint, request, ctx.channel(), pending);
    } catch (IllegalArgumentException e) {
      send(ctx, HttpResponses.undecodableQuery(ResponseMode.CLOSE));
      return;
    }
    call = newCall;
    setWaitingForServer(true);
    newCall.start(ctx, this);
  }

  /** Begins to receive the body of a call whose client was admitted. */
  void receiveBody(ChannelHandlerContext ctx, boolean awaitsContinue) {
    if (ctx.isRemoved()) {
      return;
    }
    responding = false;
    setWaitingForServer(false);
    timeout.restart(ctx);
    if (awaitsContinue && input.capacity() == 0) {
      ctx.writeAndFlush(HttpResponses.continueRequest());
    }
    processPending(ctx);
  }

  /** Continues with a call if its whole body has arrived; returns false if it has not. */
  private boolean receiveBody(ChannelHandlerContext ctx, EndpointCall receiving)
      throws BadRequestException {
    if (!receiving.receive(input)) {
      return false;
    }
    responding = true;
    setWaitingForServer(true);
    receiving.handle(ctx, this);
    return true;
  }

  private void handleFile(ChannelHandlerContext ctx, RequestHead request, String path) {
    StaticFile cached = services.files().cached(path);
    if (cached != null) {
      send(ctx, HttpResponses.file(request, cached));
      return;
    }
    setWaitingForServer(true);
    try {
      services
          .files()
          .load(path, services.context().workers())
          .whenComplete(
              (file, failure) ->
                  resumeOnIoThread(ctx, () -> onFileRead(ctx, request, path, file, failure)));
    } catch (RejectedExecutionException e) {
      ctx.close(); // the server is stopping
    }
  }

  private void onFileRead(
      ChannelHandlerContext ctx,
      RequestHead request,
      String path,
      @Nullable StaticFile file,
      @Nullable Throwable failure) {
    if (file != null) {
      send(ctx, HttpResponses.file(request, file));
    } else if (failure != null) {
      failureLog.error("Failed to read a dashboard file", failure);
      send(ctx, HttpResponses.internalError(request.responseMode()));
    } else {
      String text = services.files().missing(path);
      send(ctx, HttpResponses.text(request.responseMode(), HttpResponseStatus.NOT_FOUND, text));
    }
  }

  /** Continues on the I/O thread with the result of another thread. */
  static void resumeOnIoThread(ChannelHandlerContext ctx, Runnable action) {
    try {
      ctx.executor().execute(action);
    } catch (RejectedExecutionException e) {
      log.debug("The I/O thread has terminated, which closed the connection");
    }
  }

  private void setWaitingForServer(boolean newWaitingForServer) {
    waitingForServer = newWaitingForServer;
    if (pending != null) {
      pending.setWaitingForServer(newWaitingForServer);
    }
  }

  /** Counts the bytes that the client makes the server keep. */
  private void updateSize() {
    if (pending != null) {
      boolean keepsHead = waitingForServer || call != null;
      pending.resize(
          input.capacity()
              + (keepsHead ? input.polledBytes() : 0)
              + (call == null ? 0 : call.bytes())
              + responseBytes);
    }
  }

  /** Sends the response to the current request. */
  void send(ChannelHandlerContext ctx, FullHttpResponse response) {
    if (call != null || services.tls() != null) {
      // Connections share a file unless TLS encrypts it, but each call has a separate response.
      call = null;
      responseBytes = response.content().readableBytes();
    }
    setWaitingForServer(false);
    finished = !HttpUtil.isKeepAlive(response);
    ChannelFuture sent = ctx.writeAndFlush(response);
    if (finished) {
      input.pollRest();
      sent.addListener(LingeringClose.INSTANCE);
    }
    updateSize();
    sent.addListener(done -> onSent(ctx));
  }

  private void onSent(ChannelHandlerContext ctx) {
    responding = false;
    responseBytes = 0;
    if (!ctx.isRemoved()) {
      timeout.restart(ctx);
      processPending(ctx);
    }
  }
}
