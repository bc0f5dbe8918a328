package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.FakeConnection;
import io.greenlang.metrics.websocket.internal.delivery.IoLoop;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.delivery.SessionWriter;
import io.greenlang.metrics.websocket.internal.protocol.Command;
import io.greenlang.metrics.websocket.internal.protocol.CommandParser;
import io.greenlang.metrics.websocket.internal.protocol.MessageCodec;
import io.greenlang.metrics.websocket.internal.ratelimit.FrameRateLimiter;
import io.greenlang.metrics.websocket.internal.ratelimit.MessageRateLimiters;
import io.greenlang.metrics.websocket.transport.Connection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** Command handlers of several sessions of one hub, whose slices the test runs. */
final class CommandHandlers implements AutoCloseable {

  final ManualClock clock = new ManualClock(Instant.EPOCH);
  final MetricsHub hub = MetricsHub.builder().clock(clock).build();
  final ServerCounters counters = new ServerCounters();
  final MessageRateLimiters limiters;
  private final FakeConnection connection = new FakeConnection();
  private final Budget.InProgress inProgress = new Budget.InProgress();
  private final SessionContext context =
      new SessionContext(
          hub,
          new TokenValidator(token -> Principal.ANONYMOUS, any -> false, clock, counters),
          new SessionContext.TaskQueues(Runnable::run, Runnable::run, Runnable::run),
          counters,
          new SessionContext.Settings(Duration.ofSeconds(30), 100, 0));

  /** Creates handlers whose subjects have a number of tokens per minute; 0 for no limit. */
  CommandHandlers(int tokens) {
    limiters = new MessageRateLimiters(tokens, clock);
  }

  /** Returns the handler of a new session. */
  CommandHandler handler(String subject) {
    SessionWriter writer = writer(connection, counters, clock);
    return new CommandHandler(
        context,
        Principal.ANONYMOUS,
        new Budget(limiters.attach(subject), inProgress),
        writer,
        new MessageSender(writer, counters),
        new KeepAlive(clock, Duration.ofSeconds(30), null),
        subject);
  }

  /** Returns the writer of a new session without a limit of frames. */
  static SessionWriter writer(Connection connection, ServerCounters counters, MetricsClock clock) {
    return new SessionWriter(
        connection,
        new IoLoop(connection.ioThread()),
        Runnable::run,
        counters,
        new FrameRateLimiter(0, clock),
        () -> {});
  }

  /** Begins a command in JSON. */
  static CommandExecution begin(CommandHandler handler, String json) throws Exception {
    return handler.begin(parse(json), Encoding.JSON);
  }

  /** Parses a command in JSON. */
  static Command parse(String json) throws Exception {
    return CommandParser.parse(
        MessageCodec.of(Encoding.JSON).decode(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void close() {
    hub.close();
  }
}
