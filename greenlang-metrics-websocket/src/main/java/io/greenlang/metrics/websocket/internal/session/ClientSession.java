package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.IoLoop;
import io.greenlang.metrics.websocket.internal.delivery.OutboundQueue.SendResult;
import io.greenlang.metrics.websocket.internal.delivery.SessionWriter;
import io.greenlang.metrics.websocket.internal.protocol.Command;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import io.greenlang.metrics.websocket.internal.protocol.CommandParser;
import io.greenlang.metrics.websocket.internal.protocol.MalformedMessageException;
import io.greenlang.metrics.websocket.internal.protocol.MessageCodec;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage;
import io.greenlang.metrics.websocket.internal.ratelimit.FrameRateLimiter;
import io.greenlang.metrics.websocket.internal.ratelimit.MessageRateLimiters;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.greenlang.metrics.websocket.transport.Connection;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The session of one connected client: the events of its connection, the limits on its messages,
 * and its life cycle.
 *
 * <p>The transport calls this listener on the connection's I/O thread. Commands are parsed and
 * executed by a {@link CommandHandler} on a {@link SerialExecutor}. A {@link SessionWriter} sends
 * frames on the I/O thread.
 */
final class ClientSession implements ConnectionListener, IoLoop.Sweepable {

  private static final ThrottledLog log =
      new ThrottledLog(LoggerFactory.getLogger(ClientSession.class));
  private static final int MAX_MALFORMED = 10;

  /** The minimum interval between two notices that the client sends too many messages. */
  private static final long DROP_NOTICE_NANOS = 1_000_000_000L;

  /** The minimum interval between two notices that the outbound limit applies. */
  private static final long LIMIT_NOTICE_NANOS = 60_000_000_000L;

  /** The maximum number of expected pongs: the client is closed before a third ping. */
  private static final int MAX_EXPECTED_PONGS = 2;

  private final SessionContext context;
  private final Connection connection;
  private final IoLoop loop;
  private final Consumer<ClientSession> onClosed;
  private final SerialExecutor commandExecutor;
  private final SessionWriter writer;
  private final MessageSender messages;
  private final CommandHandler commandHandler;
  private final KeepAlive keepAlive;

  /** The inbound limit, shared by all connections of this client's subject. */
  private final MessageRateLimiters.Limiter messageLimiter;

  /**
   * The number of expected answers to pings, which do not count against the limit. On the I/O
   * thread.
   */
  private int expectedPongs;

  private final NoticeThrottle limitNotice;
  private final NoticeThrottle dropNotice;

  /** True once the session is closing. From then on, only the reason for the close is sent. */
  private volatile boolean closing;

  /** The number of malformed messages so far. On the command executor. */
  private int malformedCount;

  /**
   * Creates a session that is not yet open.
   *
   * @param messageLimiter the inbound limit, which the session does not detach from
   * @param costlyCommands the costly commands in progress of all sessions
   * @param onClosed called when the client has disconnected
   */
  ClientSession(
      SessionContext context,
      Connection connection,
      IoLoop loop,
      Principal principal,
      MessageRateLimiters.Limiter messageLimiter,
      Budget.InProgress costlyCommands,
      Consumer<ClientSession> onClosed) {
    this.context = context;
    this.connection = connection;
    this.loop = loop;
    this.messageLimiter = messageLimiter;
    this.onClosed = onClosed;
    this.commandExecutor = new SerialExecutor(context.queues().commands());
    this.writer = newWriter();
    this.messages = new MessageSender(writer, context.counters());
    this.keepAlive =
        new KeepAlive(context.clock(), context.settings().heartbeat(), principal.expiresAt());
    this.commandHandler =
        new CommandHandler(
            context,
            principal,
            new Budget(messageLimiter, costlyCommands),
            writer,
            messages,
            keepAlive,
            messageLimiter.subject());
    this.limitNotice = new NoticeThrottle(LIMIT_NOTICE_NANOS, context.clock().monotonicNanos());
    this.dropNotice = new NoticeThrottle(DROP_NOTICE_NANOS, context.clock().monotonicNanos());
  }

  private SessionWriter newWriter() {
    return new SessionWriter(
        connection,
        loop,
        context.queues().catchUps(),
        context.counters(),
        new FrameRateLimiter(context.settings().messagesPerMinute(), context.clock()),
        this::onOutboundLimit);
  }

  MessageRateLimiters.Limiter messageLimiter() {
    return messageLimiter;
  }

  Principal principal() {
    return commandHandler.principal();
  }

  /** Starts the session; the welcome message is the first frame. */
  void open() {
    loop.add(this);
    double heartbeatSeconds = context.settings().heartbeat().toMillis() / 1000.0;
    sendNotice(new ServerMessage.Welcome(connection.peer(), heartbeatSeconds, now()));
  }

  /** Closes the connection. Thread-safe. */
  void close(CloseCode code) {
    closing = true;
    connection.close(code.code(), code.reason());
  }

  @Override
  public void onMessage(Encoding encoding, byte[] message) {
    keepAlive.recordActivity();
    context.counters().countMessage();
    if (closing || !admitMessage()) {
      return;
    }
    if (!commandExecutor.tryExecute(new CommandTask(encoding, message))) {
      dropMessage();
    }
  }

  @Override
  public void onActivity() {
    keepAlive.recordActivity();
  }

  @Override
  public void onWritable() {
    writer.deliver();
  }

  @Override
  public void onClosed() {
    try {
      loop.remove(this);
      writer.close();
    } finally {
      commandExecutor.shutdown(commandHandler::close);
      onClosed.accept(this);
    }
  }

  /** Checks the session. If that fails, it closes the session. */
  @Override
  public void sweep(long nowNanos) {
    try {
      if (!closing) { // otherwise, the transport makes sure that closing ends
        writer.resumeLimited();
        checkAlive(nowNanos);
      }
    } catch (RuntimeException | Error e) {
      try {
        log.error("Session sweep failed; closing the session", e);
      } finally {
        close(CloseCode.INTERNAL_ERROR);
      }
    }
  }

  /** Sends a ping, or closes the connection if the client is no longer alive or welcome. */
  private void checkAlive(long nowNanos) {
    switch (keepAlive.nextAction(nowNanos, connection.unsentBytes())) {
      case NONE -> {}
      case PING -> {
        expectedPongs = Math.min(expectedPongs + 1, MAX_EXPECTED_PONGS);
        closeIfFull(messages.sendHeartbeat(new ServerMessage.Ping(now())));
      }
      case TOKEN_EXPIRED -> {
        sendNotice(ServerMessage.ErrorMessage.TOKEN_EXPIRED);
        close(CloseCode.UNAUTHORIZED);
      }
      case IDLE -> close(CloseCode.HEARTBEAT_TIMEOUT);
      case STALLED -> close(CloseCode.TRY_AGAIN_LATER);
    }
  }

  /** Returns whether a message may be executed. If not, the client was notified or closed. */
  private boolean admitMessage() {
    if (expectedPongs > 0) {
      expectedPongs--;
      return true;
    }
    return switch (messageLimiter.tryAcquire()) {
      case ACQUIRED -> true;
      case LIMITED -> {
        dropMessage();
        yield false;
      }
      case LIMITED_TOO_LONG -> {
        context.counters().countDroppedMessage();
        sendNotice(ServerMessage.ErrorMessage.RATE_LIMITED);
        close(CloseCode.RATE_LIMITED);
        yield false;
      }
    };
  }

  /**
   * Drops a message. It sends at most one notice per interval; otherwise there would be as many
   * notices as messages.
   */
  private void dropMessage() {
    context.counters().countDroppedMessage();
    if (dropNotice.tryAcquire(context.clock().monotonicNanos())) {
      sendNotice(ServerMessage.ErrorMessage.RATE_LIMITED);
    }
  }

  /** Notifies the client that metric frames are being held back. */
  private void onOutboundLimit() {
    if (limitNotice.tryAcquire(context.clock().monotonicNanos())) {
      sendNotice(ServerMessage.ErrorMessage.RATE_LIMITED);
    }
  }

  /** Closes the session because a command failed unexpectedly. */
  private void fail(Throwable e) {
    try {
      log.error("Failed to execute a command of {}; closing the connection", connection.peer(), e);
    } finally {
      close(CloseCode.INTERNAL_ERROR);
    }
  }

  private SendResult onMalformed(MalformedMessageException e, Encoding encoding) {
    SendResult result = messages.send(ServerMessage.ErrorMessage.malformed(e), encoding);
    if (++malformedCount == MAX_MALFORMED) {
      close(CloseCode.MALFORMED);
    }
    return result;
  }

  /** The execution of one message, which gives its thread back after each slice. */
  private final class CommandTask implements SerialExecutor.SlicedTask {
    private final Encoding encoding;
    private final byte[] message;

    /** The command in progress; null until it has begun. */
    private @Nullable CommandExecution execution;

    CommandTask(Encoding encoding, byte[] message) {
      this.encoding = encoding;
      this.message = message;
    }

    @Override
    public @Nullable Executor runSlice() {
      Executor next = null;
      try {
        next = closing ? null : runCommand();
      } catch (RuntimeException | Error e) {
        fail(e);
      } finally {
        if (next == null) {
          abandon();
        }
      }
      return next;
    }

    @Override
    public void abandon() {
      if (execution != null) {
        execution.close();
      }
    }

    /** Runs a slice. An error message is the answer to a command that is rejected. */
    private @Nullable Executor runCommand() {
      SendResult result;
      try {
        result = execution == null ? begin() : execution.runSlice();
      } catch (MalformedMessageException e) {
        result = onMalformed(e, encoding);
      } catch (CommandException e) {
        result = messages.send(e.toMessage(), encoding);
      }
      if (result == null) {
        return Objects.requireNonNull(execution).executor();
      }
      closeIfFull(result);
      return null;
    }

    /** Begins the command, and runs its first slice unless that needs another executor. */
    private @Nullable SendResult begin() throws MalformedMessageException, CommandException {
      if (writer.isCongested()) {
        // The client sends commands faster than it reads the answers, or than we can answer.
        dropMessage();
        return SendResult.QUEUED;
      }
      Command command = CommandParser.parse(MessageCodec.of(encoding).decode(message));
      CommandExecution begun = commandHandler.begin(command, encoding);
      execution = begun;
      return begun.executor() == context.queues().commands() ? begun.runSlice() : null;
    }
  }

  private void sendNotice(ServerMessage message) {
    closeIfFull(messages.sendNotice(message));
  }

  /** Closes the session if a message could not be queued, because the client does not read. */
  private void closeIfFull(SendResult result) {
    if (result == SendResult.FULL) {
      close(CloseCode.TRY_AGAIN_LATER);
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.clock().wallTimeMillis());
  }
}
