package io.greenlang.metrics.websocket.internal.sse;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.greenlang.metrics.websocket.transport.Connection;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import io.greenlang.metrics.websocket.transport.EventStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of the session engine over server-sent events. The session is the same as that of a
 * WebSocket. Its only command comes from the query, and the answer decides on the HTTP status:
 *
 * <pre>{@code
 * stateDiagram-v2
 *   [*] --> OPENING: the client is admitted; the session receives the command
 *   OPENING --> STREAMING: the session answers "subscribed"
 *   OPENING --> CLOSED: the session answers with an error, or ends
 *   STREAMING --> CLOSED: the session ends
 *   CLOSED --> [*]
 * }</pre>
 *
 * <p>A client of events sends nothing. It counts as alive when the transport has taken all bytes of
 * a heartbeat; the transport detects a peer that acknowledges none. Confined to the I/O thread
 * unless a method says otherwise.
 */
public final class SseConnection implements Connection {

  private static final Logger log = LoggerFactory.getLogger(SseConnection.class);

  /** The range of the time after which clients reconnect, in milliseconds. */
  private static final int MIN_RETRY = 1_000;

  private static final int MAX_RETRY = 3_000;
  private static final int MAX_RETRY_AFTER_STOP = 10_000;

  private enum Phase {
    OPENING,
    STREAMING,
    CLOSED
  }

  /** A part of frames that is kept. */
  private record HeldFrames(SharedFrames frames, int from, int to) {}

  private final EventStream stream;
  private final ThreadEvents threadEvents;
  private final JsonFrame frame;
  private ConnectionListener session = ConnectionListener.IGNORING;
  private Phase phase = Phase.OPENING;

  /** The request, until the response begins. A stream lasts for hours and does not need it. */
  private @Nullable StreamRequest request;

  private @Nullable HeldFrames welcome;
  private @Nullable EventWriter events;

  /** Whether a heartbeat was written since the session last heard of the client. */
  private boolean heartbeatPending;

  private SseConnection(EventStream stream, ThreadEvents threadEvents, StreamRequest request) {
    this.stream = stream;
    this.threadEvents = threadEvents;
    this.frame = threadEvents.frame();
    this.request = request;
  }

  /**
   * Opens a session on a stream, and has it execute the request's command. Must be called on the
   * stream's I/O thread.
   *
   * @param threadEvents memory that the streams of one I/O thread share
   * @param opener opens the session of a connection
   * @return the listener to the stream's events
   */
  public static ConnectionListener open(
      EventStream stream,
      ThreadEvents threadEvents,
      StreamRequest request,
      Function<Connection, ConnectionListener> opener) {
    SseConnection connection = new SseConnection(stream, threadEvents, request);
    connection.session = opener.apply(connection);
    connection.session.onMessage(Encoding.JSON, request.command());
    return connection.new StreamListener();
  }

  @Override
  public String peer() {
    return stream.peer();
  }

  @Override
  public Executor ioThread() {
    return stream.ioThread();
  }

  @Override
  public boolean isWritable() {
    return phase != Phase.CLOSED && stream.isWritable();
  }

  @Override
  public void write(SharedFrames frames, int from, int to, int count) {
    EventWriter writer = events;
    if (phase == Phase.OPENING) {
      open(frames, from, to);
    } else if (phase == Phase.CLOSED || writer == null) {
      frames.release();
    } else {
      heartbeatPending |= isHeartbeat(frames, from);
      writer.write(frames, from, to);
    }
  }

  @Override
  public void flush() {
    stream.flush();
    if (heartbeatPending && stream.unsentBytes() == 0) {
      heartbeatPending = false;
      session.onActivity();
    }
  }

  @Override
  public long unsentBytes() {
    return stream.unsentBytes();
  }

  @Override
  public void close(int code, String reason) {
    try {
      stream.ioThread().execute(() -> closeNow(code, reason));
    } catch (RejectedExecutionException e) {
      log.debug("The I/O thread has terminated, which closed the stream");
    }
  }

  private boolean isHeartbeat(SharedFrames frames, int from) {
    frame.moveTo(frames.bytes(), from);
    return frame.type().equals("ping");
  }

  /** Handles a message before the stream: each is written by itself. */
  private void open(SharedFrames frames, int from, int to) {
    frame.moveTo(frames.bytes(), from);
    String type = frame.type();
    if (type.equals("welcome")) {
      welcome = new HeldFrames(frames, from, to);
      return;
    }
    if (type.equals("subscribed")) {
      start(Messages.decode(frame.copy())).write(frames, from, to);
      return;
    }
    byte[] message = frame.copy();
    frames.release();
    if (type.equals("error")) {
      reply(StreamError.ofMessage(Messages.decode(message)));
    }
  }

  private EventWriter start(Map<String, Object> subscribed) {
    StreamRequest opened = Objects.requireNonNull(request);
    List<StreamChannel> channels = new ArrayList<>();
    Messages.positions(subscribed, opened.resumed())
        .forEach(
            (name, position) ->
                channels.add(new StreamChannel(name, position, !opened.ofWindows())));
    EventWriter writer = new EventWriter(stream, threadEvents, channels);
    events = writer;
    phase = Phase.STREAMING;
    request = null;
    stream.start(StreamHeaders.of(opened));
    writer.retry(ThreadLocalRandom.current().nextInt(MIN_RETRY, MAX_RETRY));
    HeldFrames held = welcome;
    if (held != null) {
      welcome = null;
      writer.write(held.frames(), held.from(), held.to());
    }
    return writer;
  }

  private void reply(HttpReply reply) {
    phase = Phase.CLOSED;
    releaseWelcome();
    stream.reply(StreamHeaders.addTo(reply, Objects.requireNonNull(request)));
    request = null;
  }

  private void closeNow(int code, String reason) {
    if (phase == Phase.OPENING) {
      reply(StreamError.ofCloseCode(code).toReply());
    } else if (phase == Phase.STREAMING && events != null) {
      phase = Phase.CLOSED;
      if (code == CloseCode.GOING_AWAY.code() || code == CloseCode.SERVICE_RESTART.code()) {
        events.retry(ThreadLocalRandom.current().nextInt(MIN_RETRY, MAX_RETRY_AFTER_STOP));
      }
      events.event("close", Messages.close(code, reason));
      stream.end();
    }
  }

  private void releaseWelcome() {
    HeldFrames held = welcome;
    welcome = null;
    if (held != null) {
      held.frames().release();
    }
  }

  /** The listener to the stream. The session hears of its events as of those of a WebSocket. */
  private final class StreamListener implements ConnectionListener {

    @Override
    public void onMessage(Encoding encoding, byte[] message) {
      throw new IllegalStateException("a client of events sends no messages");
    }

    @Override
    public void onActivity() {
      session.onActivity();
    }

    @Override
    public void onWritable() {
      session.onWritable();
    }

    @Override
    public void onClosed() {
      phase = Phase.CLOSED;
      releaseWelcome();
      session.onClosed();
    }
  }
}
