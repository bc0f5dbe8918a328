package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.websocket.internal.delivery.OutboundQueue.SendResult;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A command in progress, which runs in slices. One thread at a time. */
interface CommandExecution {

  /** Returns the executor of the next slice. */
  Executor executor();

  /**
   * Runs the next slice.
   *
   * @return whether the answer was queued; null if the command is not complete
   * @throws CommandException if the command is rejected; it had no effect
   */
  @Nullable SendResult runSlice() throws CommandException;

  /** Releases the resources, whether the command is complete or not. */
  void close();

  /** Returns the execution of a command that is already complete. */
  static CommandExecution completed(Executor executor, SendResult result) {
    return new Completed(executor, result);
  }

  /**
   * A command that has a place among the costly commands in progress until it is complete.
   *
   * @param command the command
   * @param reservation its place
   */
  record Reserved(CommandExecution command, Budget.Reservation reservation)
      implements CommandExecution {

    @Override
    public Executor executor() {
      return command.executor();
    }

    @Override
    public @Nullable SendResult runSlice() throws CommandException {
      return command.runSlice();
    }

    @Override
    public void close() {
      try {
        command.close();
      } finally {
        reservation.close();
      }
    }
  }

  /** A command that is complete. */
  record Completed(Executor executor, SendResult result) implements CommandExecution {

    @Override
    public SendResult runSlice() {
      return result;
    }

    @Override
    public void close() {}
  }
}
