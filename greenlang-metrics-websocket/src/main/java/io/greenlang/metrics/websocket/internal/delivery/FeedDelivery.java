package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.catchup.FeedReader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of one subscribed feed to one client.
 *
 * <p>The reader has the client's place in the feed; nothing is queued here. A delivery that cannot
 * send therefore just waits, and the reader catches up afterwards: the latest values replace the
 * metrics that it missed.
 *
 * <pre>{@code
 * stateDiagram-v2
 *   [*] --> LIVE: the client subscribes
 *   LIVE --> CATCHING_UP: the reader starts with a replay, or was lapped
 *   CATCHING_UP --> LIVE: the piece is written
 *   LIVE --> RATE_LIMITED: the client's limit is used up
 *   RATE_LIMITED --> CATCHING_UP: the limit allows frames again
 *   RATE_LIMITED --> SKIPPING: another reader replaces this one
 *   LIVE --> SKIPPING: another reader replaces this one, and it is replaying
 *   SKIPPING --> LIVE: the notice is written
 *   LIVE --> ENDED: another reader replaces this one, and all is written
 *   ENDED --> [*]
 * }</pre>
 *
 * <p>Catching up takes the channel's lock, so it runs in steps on a worker thread. Each step
 * reserves frames of the limit and produces at most one piece. A worker has the reader to itself
 * until it hands over the piece; the piece then waits until the connection is writable.
 *
 * <p>The answer of the command that replaces a delivery waits for its end. The delivery therefore
 * skips what would take minutes: the rest of a replay, and what the limit holds back. Latest values
 * are sent, because the new subscription does not repeat them.
 *
 * <p>Confined to the I/O thread.
 */
final class FeedDelivery {

  /** The states of a delivery. */
  private enum State {
    /** The delivery reads the feed. */
    LIVE,
    /** A worker prepares a piece of the catch-up, or that piece waits for the connection. */
    CATCHING_UP,
    /** The client's limit holds back the metrics. */
    RATE_LIMITED,
    /**
     * The delivery is replaced. A worker prepares the notice of the missing part, or that notice
     * waits for the connection.
     */
    SKIPPING,
    /** The reader has nothing more to send. */
    ENDED
  }

  /** The maximum frames of one catch-up step: the {@code lagged} message and 256 metrics. */
  private static final int MAX_STEP_FRAMES = 257;

  /** The minimum frames of one catch-up step: the {@code lagged} message and one metric. */
  private static final int MIN_STEP_FRAMES = 2;

  private record Piece(SharedFrames frames, int from, int to, int count) {}

  private final FeedReader reader;
  private final FrameOutput output;
  private final Runnable onStepDone;
  private final @Nullable MetadataDelivery metadata;

  /** The sink of live metrics. */
  private final FrameSink metricSink;

  private State state = State.LIVE;

  /** True once another reader replaces this one. */
  private boolean replaced;

  /** The result of a catch-up step, until it is written. */
  private @Nullable Piece piece;

  /**
   * Creates the delivery of a feed.
   *
   * @param onStepDone called on the I/O thread after each catch-up step
   */
  FeedDelivery(FeedReader reader, FrameOutput output, Runnable onStepDone) {
    this.reader = reader;
    this.output = output;
    this.onStepDone = onStepDone;
    this.metadata = MetadataDelivery.of(reader, output);
    this.metricSink = metadata == null ? output.metricSink() : metadata.before(output.metricSink());
  }

  FeedReader reader() {
    return reader;
  }

  boolean isEnded() {
    return state == State.ENDED;
  }

  /** Sends the next frames; returns whether this made progress. */
  boolean deliverNext() {
    if (metadata != null && state != State.ENDED && metadata.deliverNext()) {
      return true;
    }
    return switch (state) {
      case LIVE -> deliverLive();
      case CATCHING_UP, SKIPPING -> deliverPiece();
      case RATE_LIMITED, ENDED -> false;
    };
  }

  /**
   * Sends the frames that precede the replacing reader. It skips the rest of a replay, and what the
   * limit holds back: the replacement may be exactly what the client needs to stay within its
   * limit.
   *
   * @return whether this delivery has ended; otherwise call it again after the next step
   */
  boolean drain() {
    replaced = true;
    if (state == State.RATE_LIMITED) {
      skip();
    } else {
      deliverNext();
    }
    return isEnded();
  }

  /** Catches up if the limit held back metrics and allows frames again. */
  void resumeIfAllowed() {
    if (state == State.RATE_LIMITED && output.limiter().available() >= MIN_STEP_FRAMES) {
      state = State.LIVE;
      catchUp();
    }
  }

  private boolean deliverLive() {
    int allowed = output.limiter().available();
    return switch (reader.poll(metricSink, allowed)) {
      case FRAMES -> true;
      case NONE -> false;
      case CATCH_UP_REQUIRED -> {
        if (replaced && reader.isReplaying()) {
          skip();
        } else {
          catchUp();
        }
        yield false;
      }
      case FRAME_LIMIT -> onFrameLimit(allowed);
      case ENDED -> {
        state = State.ENDED;
        yield true;
      }
    };
  }

  /** Waits for the limit, unless time has passed and it allows more frames than it did. */
  private boolean onFrameLimit(int allowedFrames) {
    if (output.limiter().available() > allowedFrames) {
      return true;
    }
    waitForLimit();
    return false;
  }

  private void waitForLimit() {
    if (output.limiter().hasReservations()) {
      return; // A step may leave some of its frames unused; this delivery is retried after it.
    }
    if (replaced) {
      skip();
      return;
    }
    state = State.RATE_LIMITED;
    output.onLimited();
  }

  private boolean deliverPiece() {
    Piece ready = piece;
    if (ready == null) {
      return false;
    }
    if (metadata != null) {
      metadata.deliverAll();
    }
    output.write(ready.frames(), ready.from(), ready.to(), ready.count());
    endStep();
    return true;
  }

  /** Starts a catch-up step of as many frames as the limit allows. */
  private void catchUp() {
    int frames = Math.min(output.limiter().available(), MAX_STEP_FRAMES);
    if (frames < MIN_STEP_FRAMES) {
      waitForLimit();
    } else {
      startStep(State.CATCHING_UP, frames, sink -> reader.catchUp(sink, frames));
    }
  }

  private void skip() {
    startStep(State.SKIPPING, 1, reader::skipCatchUp);
  }

  private void startStep(State newState, int maxFrames, Consumer<FrameSink> step) {
    state = newState;
    output.limiter().reserve(maxFrames);
    output.onWorker(() -> runStep(maxFrames, step));
  }

  /** Runs on a worker thread. */
  private void runStep(int maxFrames, Consumer<FrameSink> step) {
    try {
      Piece[] result = new Piece[1];
      step.accept((frames, from, to, count) -> result[0] = new Piece(frames, from, to, count));
      output.onIoThread(() -> onStepDone(result[0], maxFrames));
    } catch (RuntimeException | Error e) {
      output.fail(e);
    }
  }

  private void onStepDone(@Nullable Piece result, int reservedFrames) {
    output.limiter().settle(reservedFrames, result == null ? 0 : result.count());
    piece = result;
    if (result == null) {
      endStep();
    }
    onStepDone.run();
  }

  private void endStep() {
    piece = null;
    state = State.LIVE;
  }
}
