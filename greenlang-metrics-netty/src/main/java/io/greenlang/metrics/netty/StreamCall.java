package io.greenlang.metrics.netty;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.netty.internal.connection.ChannelAddresses;
import io.greenlang.metrics.netty.internal.http.RequestHead;
import io.greenlang.metrics.netty.internal.sse.EventStreamHandler;
import io.greenlang.metrics.netty.internal.sse.NettyEventStream;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.transport.EventStreams;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One request for server-sent events, until its response or its stream begins. The connection's I/O
 * thread owns it.
 */
final class StreamCall {

  private static final ThrottledLog failureLog =
      new ThrottledLog(LoggerFactory.getLogger(StreamCall.class));

  private final HttpServices services;
  private final EventStreams streams;
  private final RequestHead request;
  private final @Nullable String address;

  /**
   * Creates a call that has not started.
   *
   * @param address the numeric address of the client; null if unknown
   */
  StreamCall(HttpServices services, RequestHead request, @Nullable String address) {
    this.services = services;
    this.streams = Objects.requireNonNull(services.context().eventStreams());
    this.request = request;
    this.address = address;
  }

  /** Asks for a decision on the client, then opens the stream or responds. */
  void start(ChannelHandlerContext ctx, HttpRequestHandler connection) {
    HttpCall call;
    try {
      call = call();
    } catch (IllegalArgumentException e) {
      reply(ctx, connection, streams.undecodableQuery());
      return;
    }
    streams
        .admit(call, HttpRequestHandler.MAX_WAIT)
        .whenComplete(
            (decision, failure) ->
                HttpRequestHandler.resumeOnIoThread(
                    ctx, () -> onDecision(ctx, connection, decision, failure)));
  }

  private HttpCall call() {
    return HttpCall.of(
        request.method(), request.target().query(), EndpointCall.headers(request), address);
  }

  private void onDecision(
      ChannelHandlerContext ctx,
      HttpRequestHandler connection,
      EventStreams.@Nullable Decision decision,
      @Nullable Throwable failure) {
    if (ctx.isRemoved()) {
      return;
    }
    if (decision instanceof EventStreams.Decision.Accepted accepted) {
      open(ctx, accepted);
    } else if (decision instanceof EventStreams.Decision.Answered answered) {
      reply(ctx, connection, answered.reply());
    } else {
      failureLog.error("Failed to authorize a request for events", failure);
      connection.send(ctx, HttpResponses.internalError(request.responseMode()));
    }
  }

  private void reply(ChannelHandlerContext ctx, HttpRequestHandler connection, HttpReply reply) {
    connection.send(ctx, HttpResponses.reply(request.responseMode(), reply));
  }

  private void open(ChannelHandlerContext ctx, EventStreams.Decision.Accepted accepted) {
    NettyEventStream stream =
        new NettyEventStream(
            ctx.channel(),
            ChannelAddresses.clientLabel(ctx.channel()),
            services.timeouts().closeTimeout(),
            streams.peerTimeout());
    EventStreamHandler handler = new EventStreamHandler(stream);
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.addLast(handler);
    pipeline.remove(HttpResponseEncoder.class);
    pipeline.remove(ctx.handler());
    try {
      handler.setListener(accepted.opener().apply(stream));
    } catch (RuntimeException | Error e) {
      failureLog.error("Failed to open a stream", e);
      ctx.close();
    }
    ctx.channel().config().setAutoRead(true);
  }
}
