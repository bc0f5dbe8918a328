package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.IoLoop;
import io.greenlang.metrics.websocket.internal.delivery.MessageFrames;
import io.greenlang.metrics.websocket.internal.delivery.OutboundAction;
import io.greenlang.metrics.websocket.internal.delivery.SessionWriter;
import io.greenlang.metrics.websocket.internal.protocol.Command;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import io.greenlang.metrics.websocket.internal.protocol.CommandParser;
import io.greenlang.metrics.websocket.internal.protocol.MalformedMessageException;
import io.greenlang.metrics.websocket.internal.protocol.MessageCodec;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage;
import io.greenlang.metrics.websocket.internal.ratelimit.FrameRateLimiter;
import io.greenlang.metrics.websocket.internal.ratelimit.MessageRateLimiter;
import io.greenlang.metrics.websocket.internal.ratelimit.RateLimitKey;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.greenlang.metrics.websocket.transport.Connection;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session of one connected client: it reads the client's messages and checks that the client is
 * alive.
 *
 * <p>Commands are parsed and executed on a {@link SerialExecutor}. A {@link SessionWriter} sends
 * frames on the I/O thread. The transport calls this listener on that thread, too.
 */
public final class ClientSession implements ConnectionListener {

  private static final Logger log = LoggerFactory.getLogger(ClientSession.class);
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
  private final SerialExecutor commandExecutor;
  private final SessionWriter writer;
  private final CommandHandler commandHandler;
  private final KeepAlive keepAlive;

  /** The inbound limit, shared by all connections of this client's subject. */
  private final MessageRateLimiter messageLimiter;

  /**
   * The number of expected answers to pings, which do not count against the limit. On the I/O
   * thread.
   */
  private int expectedPongs;

  private boolean limitNoticeSent;
  private long limitNoticeNanos;

  /** The encoding of messages that do not answer a command. */
  private volatile Encoding noticeEncoding = Encoding.JSON;

  /** True once the session is closing. From then on, only the reason for the close is sent. */
  private volatile boolean closing;

  /** The number of malformed messages so far. On the strand. */
  private int malformedCount;

  /** The earliest time of the next notice that the client sends too many messages. */
  private final AtomicLong nextDropNoticeNanos;

  ClientSession(SessionContext context, Connection connection, IoLoop loop, Principal principal) {
    this.context = context;
    this.connection = connection;
    this.loop = loop;
    this.commandExecutor = new SerialExecutor(context.workers());
    this.messageLimiter = context.messageLimiters().attach(limiterKey(connection, principal));
    this.writer =
        new SessionWriter(
            connection,
            loop,
            context.workers(),
            context.counters(),
            new FrameRateLimiter(context.settings().messagesPerMinute(), context.clock()),
            this::onLimited);
    this.commandHandler = new CommandHandler(context, principal, writer);
    this.nextDropNoticeNanos = new AtomicLong(context.clock().monotonicNanos());
    this.keepAlive = new KeepAlive(context.clock(), heartbeat(), principal.expiresAt());
  }

  /** Starts the session; the welcome message is the first frame. */
  void open() {
    loop.add(this);
    sendNotice(
        new ServerMessage.Welcome(connection.peer(), heartbeat().toMillis() / 1000.0, now()));
  }

  @Override
  public void onMessage(Encoding encoding, byte[] message) {
    keepAlive.signOfLife();
    context.counters().messagesIn.increment();
    if (closing || !admitMessage()) {
      return;
    }
    if (!commandExecutor.tryExecute(() -> process(encoding, message))) {
      dropMessage();
    }
  }

  @Override
  public void onActivity() {
    keepAlive.signOfLife();
  }

  @Override
  public void onWritable() {
    writer.deliver();
  }

  @Override
  public void onClosed() {
    loop.remove(this);
    writer.close();
    commandExecutor.shutdown(commandHandler::close);
    context.messageLimiters().detach(messageLimiter);
    context.registry().remove(this);
  }

  /** Closes the connection. Thread-safe. */
  public void close(CloseCode code) {
    closing = true;
    connection.close(code.code(), code.reason());
  }

  /** Sends a ping, or closes the connection if the client is no longer alive or welcome. */
  public void sweep(long nowNanos) {
    if (closing) {
      return; // the transport makes sure that closing ends
    }
    writer.resumeLimited();
    switch (keepAlive.nextAction(nowNanos, connection.unsentBytes())) {
      case NONE -> {}
      case PING -> {
        SharedFrames heartbeat =
            MessageFrames.withPing(new ServerMessage.Ping(now()), noticeEncoding);
        expectedPongs = Math.min(expectedPongs + 1, MAX_EXPECTED_PONGS);
        if (!writer.offer(new OutboundAction.Message(heartbeat, 2))) {
          close(CloseCode.TRY_AGAIN_LATER);
        }
      }
      case TOKEN_EXPIRED -> {
        sendNotice(ServerMessage.ErrorMessage.TOKEN_EXPIRED);
        close(CloseCode.UNAUTHORIZED);
      }
      case IDLE -> close(CloseCode.NO_SIGN_OF_LIFE);
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
        context.counters().messagesDropped.increment();
        sendNotice(ServerMessage.ErrorMessage.RATE_LIMITED);
        close(CloseCode.TOO_MANY_MESSAGES);
        yield false;
      }
    };
  }

  /** Notifies the client that metric frames are being held back. */
  private void onLimited() {
    long now = context.clock().monotonicNanos();
    if (!limitNoticeSent || now - limitNoticeNanos >= LIMIT_NOTICE_NANOS) {
      limitNoticeSent = true;
      limitNoticeNanos = now;
      sendNotice(ServerMessage.ErrorMessage.RATE_LIMITED);
    }
  }

  private void process(Encoding encoding, byte[] message) {
    if (closing) {
      return;
    }
    if (writer.isOverloaded()) {
      // The client sends commands faster than it reads the answers, or than we can answer.
      dropMessage();
      return;
    }
    boolean accepted;
    try {
      accepted = execute(CommandParser.parse(MessageCodec.of(encoding).decode(message)), encoding);
    } catch (MalformedMessageException e) {
      accepted = commandHandler.send(ServerMessage.ErrorMessage.malformed(e), encoding);
      if (++malformedCount == MAX_MALFORMED) {
        close(CloseCode.MALFORMED);
      }
    } catch (CommandException e) {
      accepted = commandHandler.send(e.toMessage(), encoding);
    } catch (RuntimeException | Error e) {
      log.error("Failed to execute a command of {}; closing the connection", connection.peer(), e);
      close(CloseCode.INTERNAL_ERROR);
      return;
    }
    if (!accepted) {
      close(CloseCode.TRY_AGAIN_LATER);
    }
  }

  /**
   * Drops a message. It sends at most one notice per interval; otherwise there would be as many
   * notices as messages.
   */
  private void dropMessage() {
    context.counters().messagesDropped.increment();
    long now = context.clock().monotonicNanos();
    long next = nextDropNoticeNanos.get();
    if (now - next >= 0 && nextDropNoticeNanos.compareAndSet(next, now + DROP_NOTICE_NANOS)) {
      sendNotice(ServerMessage.ErrorMessage.RATE_LIMITED);
    }
  }

  private boolean execute(Command command, Encoding encoding) throws CommandException {
    if (command instanceof Command.Subscribe subscribe) {
      boolean accepted = commandHandler.subscribe(subscribe, encoding);
      noticeEncoding = subscribe.encoding();
      return accepted;
    }
    if (command instanceof Command.GetHistory history) {
      return commandHandler.getHistory(history, encoding);
    }
    if (command instanceof Command.Unsubscribe unsubscribe) {
      return commandHandler.unsubscribe(unsubscribe, encoding);
    }
    if (command instanceof Command.RefreshToken refresh) {
      return refreshToken(refresh, encoding);
    }
    return true; // a pong: its arrival was recorded
  }

  private boolean refreshToken(Command.RefreshToken command, Encoding encoding)
      throws CommandException {
    List<String> hidden = commandHandler.refreshToken(command);
    Instant expiresAt = commandHandler.tokenExpiresAt();
    keepAlive.renewToken(expiresAt);
    boolean accepted =
        commandHandler.send(new ServerMessage.TokenRefreshed(expiresAt, command.id()), encoding);
    return hidden.isEmpty()
        ? accepted
        : commandHandler.send(new ServerMessage.ChannelsHidden(hidden), noticeEncoding);
  }

  private void sendNotice(ServerMessage message) {
    if (!commandHandler.send(message, noticeEncoding)) {
      close(CloseCode.TRY_AGAIN_LATER);
    }
  }

  /** Returns the key of the inbound limit. Anonymous clients are limited by address. */
  private static String limiterKey(Connection connection, Principal principal) {
    return principal.equals(Principal.ANONYMOUS)
        ? "address " + RateLimitKey.ofPeer(connection.peer())
        : "subject " + principal.subject();
  }

  private Duration heartbeat() {
    return context.settings().heartbeat();
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.clock().wallTimeMillis());
  }
}
