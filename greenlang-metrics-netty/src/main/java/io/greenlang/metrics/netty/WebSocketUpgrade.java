package io.greenlang.metrics.netty;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.netty.internal.http.RequestBuffer;
import io.greenlang.metrics.netty.internal.http.RequestHead;
import io.greenlang.metrics.netty.internal.http.RequestHead.ResponseMode;
import io.greenlang.metrics.netty.internal.socket.InputTurns;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import io.greenlang.metrics.websocket.transport.Handshake;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The upgrade of an HTTP connection to a WebSocket. Runs on the connection's I/O thread. */
final class WebSocketUpgrade {

  private static final Logger log = LoggerFactory.getLogger(WebSocketUpgrade.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  /** The text that a server appends to a key to show that it speaks WebSocket (RFC 6455, 1.3). */
  private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /** The longest control frame. A rejected client can still send its close frame. */
  private static final int MAX_CONTROL_BYTES = 125;

  private final ChannelHandlerContext ctx;
  private final Admission.Accepted admission;
  private final HttpServices services;
  private final RequestBuffer input;

  /**
   * Creates the upgrade of an accepted client, which is not yet performed.
   *
   * @param input the bytes that the client sent after its handshake
   */
  WebSocketUpgrade(
      ChannelHandlerContext ctx,
      Admission.Accepted admission,
      HttpServices services,
      RequestBuffer input) {
    this.ctx = ctx;
    this.admission = admission;
    this.services = services;
    this.input = input;
  }

  /**
   * Validates a WebSocket handshake.
   *
   * @return the response if the request is not a valid handshake; null if it is
   */
  static @Nullable FullHttpResponse problem(RequestHead request) {
    HttpHeaders headers = request.headers();
    ResponseMode mode = request.responseMode();
    if (!asksToUpgrade(request)) {
      return HttpResponses.upgradeRequired(mode, "This is a WebSocket: upgrade");
    }
    if (!headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION).equals(List.of("13"))) {
      return HttpResponses.upgradeRequired(mode, "Sec-WebSocket-Version must be 13");
    }
    List<String> keys = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    if (keys.size() != 1 || !Handshake.isKey(keys.get(0))) {
      return badRequest(mode, "Sec-WebSocket-Key must be 16 bytes in base64");
    }
    if (headers.getAll(HttpHeaderNames.AUTHORIZATION).size() > 1) {
      return badRequest(mode, "Authorization must not be repeated");
    }
    return null;
  }

  private static FullHttpResponse badRequest(ResponseMode mode, String text) {
    return HttpResponses.text(mode, HttpResponseStatus.BAD_REQUEST, text);
  }

  /**
   * Returns whether the request is for an upgrade. HTTP/1.0 has none, so a server must ignore the
   * header (RFC 9110, section 7.8).
   */
  private static boolean asksToUpgrade(RequestHead request) {
    return request.isGet()
        && request.http11()
        && lists(request, HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        && lists(request, HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
  }

  private static boolean lists(RequestHead request, CharSequence header, CharSequence element) {
    return Handshake.splitLists(request.headers().getAll(header)).stream()
        .anyMatch(element.toString()::equalsIgnoreCase);
  }

  /**
   * Reads the parts of a handshake that the server uses.
   *
   * @throws IllegalArgumentException if the query cannot be decoded
   */
  static Handshake handshake(RequestHead request, @Nullable String address) {
    HttpHeaders headers = request.headers();
    return new Handshake(
        Handshake.queryTokens(request.target().query()),
        headers.getAll(HttpHeaderNames.AUTHORIZATION),
        Handshake.knownSubprotocols(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)),
        headers.getAll(HttpHeaderNames.ORIGIN),
        request.host(),
        address);
  }

  /** Returns the value of {@code Sec-WebSocket-Accept} for a valid handshake. */
  static String accept(RequestHead request) {
    String key = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY) + ACCEPT_SUFFIX;
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest(key.getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  /**
   * Completes the handshake and opens the session.
   *
   * @param accept the value of {@code Sec-WebSocket-Accept}
   */
  void perform(String accept) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
    response
        .headers()
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept);
    if (admission.subprotocol() != null) {
      response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, admission.subprotocol());
    }
    ctx.writeAndFlush(response).addListener(sent -> onHandshakeSent(sent.isSuccess()));
  }

  private void onHandshakeSent(boolean success) {
    if (success) {
      open();
    } else {
      ctx.close();
    }
  }

  private void open() {
    NettyConnection connection = new NettyConnection(ctx.channel(), services.timeouts());
    ConnectionListener listener = open(connection);
    WebSocketFrameHandler frameHandler =
        new WebSocketFrameHandler(
            connection, services.context().maxMessageBytes(), services.timeouts());
    frameHandler.setListener(listener);
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.addLast(new InputTurns(), newDecoder(listener), frameHandler);
    pipeline.remove(HttpResponseEncoder.class);
    pipeline.remove(ctx.handler());
    ctx.channel().config().setAutoRead(true);
    passOnInput();
  }

  private ConnectionListener open(NettyConnection connection) {
    try {
      return admission.opener().apply(connection);
    } catch (RuntimeException | Error e) {
      failureLog.error("Failed to open a session", e);
      CloseCode internalError = CloseCode.INTERNAL_ERROR;
      connection.closeWithError(internalError.code(), internalError.reason());
      return ConnectionListener.IGNORING;
    }
  }

  /**
   * Returns a decoder of the client's frames. Only the close frame of a rejected client matters, so
   * it cannot make the server collect a longer one.
   */
  private WebSocket13FrameDecoder newDecoder(ConnectionListener listener) {
    boolean rejected = listener == ConnectionListener.IGNORING;
    return new WebSocket13FrameDecoder(
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(
                rejected ? MAX_CONTROL_BYTES : services.context().maxMessageBytes())
            .allowExtensions(false) // no deflate: a few bytes could inflate to gigabytes
            .closeOnProtocolViolation(
                false) // WebSocketFrameHandler does, so nothing follows the close
            .build());
  }

  /**
   * Passes on the frames that the client sent before it received the response, to the handlers that
   * have taken this one's place: with TLS, those before it expect encrypted input.
   */
  private void passOnInput() {
    byte[] rest = input.pollRest();
    if (rest.length > 0) {
      ctx.fireChannelRead(Unpooled.wrappedBuffer(rest));
      ctx.fireChannelReadComplete();
    }
  }
}
