package io.greenlang.metrics.websocket.transport;

import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpReply;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The server-sent events of a server, as its transports see them. A transport passes on each
 * request for the {@link #path()}, whatever its method. Thread-safe.
 */
public interface EventStreams {

  /** The decision on a request: {@link Answered} or {@link Accepted}. */
  sealed interface Decision {

    /**
     * The transport sends this response, and no stream.
     *
     * @param reply the whole response
     */
    record Answered(HttpReply reply) implements Decision {}

    /**
     * The transport opens a stream. The response can still be an error.
     *
     * @param opener called once, on the stream's I/O thread. The transport calls {@code onWritable}
     *     and {@code onClosed} of its result, and no other method
     */
    record Accepted(Function<EventStream, ConnectionListener> opener) implements Decision {}
  }

  /** Returns the path, such as {@code /sse/metrics}. */
  String path();

  /**
   * Returns the time after which a peer that acknowledges no data is gone. A client sends nothing
   * on a stream, so a transport detects it by the acknowledgements of TCP, where it can.
   */
  Duration peerTimeout();

  /**
   * Decides on a request. This method does not block. The returned stage always completes, on
   * another thread.
   *
   * @param request the request without a body
   * @param maxWait the longest time that the request can be queued during a connection storm; zero
   *     if waiting would hold a thread
   */
  CompletionStage<Decision> admit(HttpCall request, Duration maxWait);

  /** Returns the response to a request whose query cannot be decoded. */
  HttpReply undecodableQuery();
}
