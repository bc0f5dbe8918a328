package io.greenlang.metrics.websocket.transport;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.websocket.http.HttpReply;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * The response to one request for server-sent events, as seen by the server: either a {@link
 * #reply} or a stream of bytes. Except for {@link #peer} and {@link #ioThread}, all methods are
 * called on the {@linkplain #ioThread() I/O thread} only.
 */
public interface EventStream {

  /** Returns the peer as {@code host:port}, or another label. Thread-safe. */
  String peer();

  /** Returns the executor of the thread that writes this stream. Thread-safe. */
  Executor ioThread();

  /** Returns whether the socket accepts more bytes now, as {@link Connection#isWritable}. */
  boolean isWritable();

  /** Returns the number of bytes that were written and are still unsent. */
  long unsentBytes();

  /** Sends a whole response in place of a stream, and ends the connection. */
  void reply(HttpReply reply);

  /**
   * Begins the stream with status 200.
   *
   * @param headers the headers, one value each; the transport adds those that frame the message
   */
  void start(Map<String, String> headers);

  /**
   * Writes events. Takes ownership of one reference to {@code frames}, even if it throws.
   *
   * @param frames the memory of the payloads
   * @param parts the bytes to write; the stream must not keep the object
   */
  void write(SharedFrames frames, EventParts parts);

  /** Sends the bytes written so far. */
  void flush();

  /** Ends the stream after the bytes written so far. A peer that does not read is disconnected. */
  void end();
}
