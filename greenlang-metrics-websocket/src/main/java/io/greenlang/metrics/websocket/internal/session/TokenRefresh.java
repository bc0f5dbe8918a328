package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.OutboundQueue.SendResult;
import io.greenlang.metrics.websocket.internal.fetch.PendingException;
import io.greenlang.metrics.websocket.internal.protocol.Command;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The execution of a command that replaces the token. If the keys that verify the new token are
 * being read, it continues after that and holds no thread meanwhile. One thread at a time.
 */
final class TokenRefresh implements CommandExecution {

  /** The time after which a failed read of keys can be repeated. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(20);

  /** A receiver of the new identity; null if the token was rejected. */
  interface Completion {
    SendResult apply(@Nullable Principal renewed) throws CommandException;
  }

  private final Command.RefreshToken command;
  private final Function<String, @Nullable Principal> validator;
  private final Executor commands;
  private final Completion completion;

  /** The reading of keys that was waited for; null before that. */
  private @Nullable CompletionStage<@Nullable Void> keys;

  /** Creates the execution of a command that has not begun. */
  TokenRefresh(
      Command.RefreshToken command,
      Function<String, @Nullable Principal> validator,
      Executor commands,
      Completion completion) {
    this.command = command;
    this.validator = validator;
    this.commands = commands;
    this.completion = completion;
  }

  @Override
  public Executor executor() {
    CompletionStage<@Nullable Void> reading = keys;
    return reading == null
        ? commands
        : slice -> reading.whenComplete((ignored, failure) -> run(slice));
  }

  private void run(Runnable slice) {
    try {
      commands.execute(slice);
    } catch (RejectedExecutionException e) {
      slice.run(); // the server stops, and the session must still end
    }
  }

  @Override
  public @Nullable SendResult runSlice() throws CommandException {
    Principal renewed;
    try {
      renewed = validator.apply(command.token());
    } catch (PendingException e) {
      if (keys != null || e.attempt() == null) {
        throw CommandException.keysUnavailable(RETRY_AFTER, command.id());
      }
      keys = e.attempt();
      return null;
    }
    return completion.apply(renewed);
  }

  @Override
  public void close() {}
}
