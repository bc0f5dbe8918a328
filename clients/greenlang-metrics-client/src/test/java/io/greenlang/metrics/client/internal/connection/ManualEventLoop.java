package io.greenlang.metrics.client.internal.connection;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** An event loop whose time passes only on request. Used by one thread. */
public final class ManualEventLoop implements EventLoop {

  private static final Duration TICK = Duration.ofMillis(1);

  private final List<Entry> entries = new ArrayList<>();
  private long now;
  private double nextRandom = 0.5;

  private record Entry(long due, Runnable task) {}

  /** Sets the numbers that {@link #random} returns. */
  void setRandom(double value) {
    nextRandom = value;
  }

  /** Returns a clock of a server at a time, which passes with that of this loop. */
  public ServerClock serverClock(Instant serverTime) {
    ServerClock clock = new ServerClock(this);
    clock.record(serverTime);
    return clock;
  }

  /** Runs all tasks that are due until the time has passed. */
  public void advance(Duration amount) {
    long end = now + amount.toNanos();
    for (Optional<Entry> next = next(end); next.isPresent(); next = next(end)) {
      now = Math.max(now, next.get().due());
      entries.remove(next.get());
      next.get().task().run();
    }
    now = end;
  }

  /** Lets the time pass while no task runs, as on a machine that sleeps. */
  void sleep(Duration amount) {
    now += amount.toNanos();
    advance(TICK);
  }

  private Optional<Entry> next(long end) {
    return entries.stream()
        .filter(entry -> entry.due() <= end)
        .min(Comparator.comparingLong(Entry::due));
  }

  int timers() {
    return entries.size();
  }

  @Override
  public boolean execute(Runnable task) {
    task.run();
    return true;
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Entry entry = new Entry(now + delay.toNanos(), task);
    entries.add(entry);
    return () -> entries.remove(entry);
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public double random() {
    return nextRandom;
  }
}
