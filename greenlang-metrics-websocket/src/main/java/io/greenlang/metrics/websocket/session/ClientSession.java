package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.feed.Frames;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.protocol.CloseCode;
import io.greenlang.metrics.websocket.protocol.Command;
import io.greenlang.metrics.websocket.protocol.CommandException;
import io.greenlang.metrics.websocket.protocol.CommandReader;
import io.greenlang.metrics.websocket.protocol.MalformedMessageException;
import io.greenlang.metrics.websocket.protocol.MessageCodec;
import io.greenlang.metrics.websocket.protocol.ServerMessage;
import io.greenlang.metrics.websocket.transport.Connection;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connected client: reads its messages and watches over its signs of life.
 *
 * <p>Messages are understood and carried out on a {@link Strand}; frames move in a {@link Delivery}
 * on the I/O thread. What comes from the transport comes on that thread, too.
 */
final class ClientSession implements ConnectionListener {

  private static final Logger log = LoggerFactory.getLogger(ClientSession.class);
  private static final int MAX_MALFORMED = 10;

  /** How often at most a client is told that it sends too much. */
  private static final long REFUSAL_NANOS = 1_000_000_000L;

  /** How often at most a client is told that it would get too much. */
  private static final long NOTICE_NANOS = 60_000_000_000L;

  /** As many answers to pings may be on their way: a third ping comes when the client is closed. */
  private static final int MAX_PONGS_DUE = 2;

  private final SessionContext context;
  private final Connection connection;
  private final DeliveryLoop loop;
  private final Strand strand;
  private final Delivery delivery;
  private final CommandProcessor processor;
  private final Vitality vitality;

  /** What all connections of this client's subject may send. */
  private final SenderBudget sender;

  /** Messages that the server asked for, and so do not count. On the I/O thread. */
  private int pongsDue;

  private boolean limitTold;
  private long limitToldNanos;

  /** What messages that answer nothing are written in. */
  private volatile Encoding noticeEncoding = Encoding.JSON;

  /** From now on nothing is said but why. */
  private volatile boolean closing;

  /** On the strand. */
  private int malformed;

  /** When the client may be told again that it sends too much. */
  private final AtomicLong nextRefusalNanos;

  ClientSession(
      SessionContext context, Connection connection, DeliveryLoop loop, Principal principal) {
    this.context = context;
    this.connection = connection;
    this.loop = loop;
    this.strand = new Strand(context.workers());
    this.sender = context.senders().join(subject(connection, principal));
    this.delivery =
        new Delivery(
            connection,
            loop,
            context.workers(),
            context.counters(),
            new FrameBudget(context.settings().messagesPerMinute(), context.clock()),
            this::onLimited);
    this.processor = new CommandProcessor(context, principal, delivery);
    this.nextRefusalNanos = new AtomicLong(context.clock().nanoTime());
    this.vitality = new Vitality(context.clock(), heartbeat(), principal.expiresAt());
  }

  /** Begins: the welcome is the first frame. */
  void open() {
    loop.add(this);
    notice(new ServerMessage.Welcome(connection.peer(), heartbeat().toMillis() / 1000.0, now()));
  }

  @Override
  public void onMessage(Encoding encoding, byte[] message) {
    vitality.signOfLife();
    context.counters().messagesIn.increment();
    if (closing || !maySend()) {
      return;
    }
    if (!strand.offer(() -> process(encoding, message))) {
      refuse();
    }
  }

  @Override
  public void onActivity() {
    vitality.signOfLife();
  }

  @Override
  public void onWritable() {
    delivery.deliver();
  }

  @Override
  public void onClosed() {
    loop.remove(this);
    delivery.end();
    strand.finish(processor::end);
    context.senders().leave(sender);
    context.registry().remove(this);
  }

  /** Closes the connection. Any thread. */
  void close(CloseCode code) {
    closing = true;
    connection.close(code.code(), code.reason());
  }

  /** Asks for a sign of life, or gives up, as time goes by. */
  void sweep(long nowNanos) {
    if (closing) {
      return; // the transport sees to it that this comes to an end
    }
    delivery.resume();
    switch (vitality.check(nowNanos, connection.unsentBytes())) {
      case FINE -> {}
      case PING -> {
        Frames heartbeat = MessageFrames.withPing(new ServerMessage.Ping(now()), noticeEncoding);
        pongsDue = Math.min(pongsDue + 1, MAX_PONGS_DUE);
        if (!delivery.offer(new Outgoing.Message(heartbeat, 2))) {
          close(CloseCode.TRY_AGAIN_LATER);
        }
      }
      case TOKEN_EXPIRED -> {
        notice(ServerMessage.ErrorMessage.TOKEN_EXPIRED);
        close(CloseCode.UNAUTHORIZED);
      }
      case SILENT -> close(CloseCode.NO_SIGN_OF_LIFE);
      case STALLED -> close(CloseCode.TRY_AGAIN_LATER);
    }
  }

  /** Whether a message that came may be carried out. If not, the client was told, or closed. */
  private boolean maySend() {
    if (pongsDue > 0) {
      pongsDue--;
      return true;
    }
    return switch (sender.spend()) {
      case WITHIN -> true;
      case OVER -> {
        refuse();
        yield false;
      }
      case OVER_FOR_LONG -> {
        context.counters().messagesDropped.increment();
        notice(ServerMessage.ErrorMessage.RATE_LIMITED);
        close(CloseCode.TOO_MANY_MESSAGES);
        yield false;
      }
    };
  }

  /** Metric frames are held back. */
  private void onLimited() {
    long now = context.clock().nanoTime();
    if (!limitTold || now - limitToldNanos >= NOTICE_NANOS) {
      limitTold = true;
      limitToldNanos = now;
      notice(ServerMessage.ErrorMessage.RATE_LIMITED);
    }
  }

  private void process(Encoding encoding, byte[] message) {
    if (closing) {
      return;
    }
    if (delivery.isCrowded()) {
      refuse(); // it asks faster than it reads, or than it can be answered
      return;
    }
    boolean room;
    try {
      room = carryOut(CommandReader.read(MessageCodec.of(encoding).decode(message)), encoding);
    } catch (MalformedMessageException e) {
      room = processor.answer(ServerMessage.ErrorMessage.malformed(e), encoding);
      if (++malformed == MAX_MALFORMED) {
        close(CloseCode.MALFORMED);
      }
    } catch (CommandException e) {
      room = processor.answer(e.toMessage(), encoding);
    } catch (RuntimeException | Error e) {
      log.error("a command of {} failed", connection.peer(), e);
      close(CloseCode.INTERNAL_ERROR);
      return;
    }
    if (!room) {
      close(CloseCode.TRY_AGAIN_LATER);
    }
  }

  /** A message is dropped. An answer to each one too many would be as many as the messages. */
  private void refuse() {
    context.counters().messagesDropped.increment();
    long now = context.clock().nanoTime();
    long next = nextRefusalNanos.get();
    if (now - next >= 0 && nextRefusalNanos.compareAndSet(next, now + REFUSAL_NANOS)) {
      notice(ServerMessage.ErrorMessage.RATE_LIMITED);
    }
  }

  private boolean carryOut(Command command, Encoding encoding) throws CommandException {
    if (command instanceof Command.Subscribe subscribe) {
      boolean room = processor.subscribe(subscribe, encoding);
      noticeEncoding = subscribe.encoding();
      return room;
    }
    if (command instanceof Command.GetHistory history) {
      return processor.history(history, encoding);
    }
    if (command instanceof Command.Unsubscribe unsubscribe) {
      return processor.unsubscribe(unsubscribe, encoding);
    }
    if (command instanceof Command.RefreshToken refresh) {
      return refresh(refresh, encoding);
    }
    return true; // a pong: that it came was the point
  }

  private boolean refresh(Command.RefreshToken command, Encoding encoding) throws CommandException {
    List<String> hidden = processor.refresh(command);
    Instant expiresAt = processor.tokenExpiresAt();
    vitality.renew(expiresAt);
    boolean room =
        processor.answer(new ServerMessage.TokenRefreshed(expiresAt, command.id()), encoding);
    return hidden.isEmpty()
        ? room
        : processor.answer(new ServerMessage.ChannelsHidden(hidden), noticeEncoding);
  }

  private void notice(ServerMessage message) {
    if (!processor.answer(message, noticeEncoding)) {
      close(CloseCode.TRY_AGAIN_LATER);
    }
  }

  /** Who has no name is known by where it comes from. */
  private static String subject(Connection connection, Principal principal) {
    return principal.equals(Principal.ANONYMOUS)
        ? "address " + PeerAddress.ofPeer(connection.peer())
        : "subject " + principal.subject();
  }

  private Duration heartbeat() {
    return context.settings().heartbeat();
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.clock().wallMillis());
  }
}
