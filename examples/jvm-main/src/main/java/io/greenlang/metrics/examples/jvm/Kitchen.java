package io.greenlang.metrics.examples.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A simulated kitchen that keeps the JVM busy. Two cooks need the same oven, so they block each
 * other, and each dish allocates memory. It measures nothing itself, except for the numbers that
 * its MBean offers. Thread-safe.
 */
public final class Kitchen implements KitchenMBean, AutoCloseable {

  private static final int COOKS = 2;
  private static final int MAX_OPEN_ORDERS = 100;
  private static final int INGREDIENTS = 64;
  private static final int BYTES_PER_INGREDIENT = 64 << 10;

  /** The only oven, of which a cook holds the monitor while a dish is in it. */
  private static final class Oven {
    private synchronized void bake(List<byte[]> dish) throws InterruptedException {
      TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(20, 80));
      dish.clear();
    }
  }

  private final Oven oven = new Oven();
  private final AtomicInteger openOrders = new AtomicInteger();
  private final AtomicLong servedOrders = new AtomicLong();
  private final ScheduledExecutorService staff = Executors.newScheduledThreadPool(COOKS + 1);

  /** Starts to place orders and to cook. */
  void open() {
    Runnable order = () -> openOrders.updateAndGet(open -> Math.min(MAX_OPEN_ORDERS, open + 1));
    staff.scheduleAtFixedRate(order, 0, 60, TimeUnit.MILLISECONDS);
    for (int i = 0; i < COOKS; i++) {
      staff.scheduleWithFixedDelay(this::cook, 0, 5, TimeUnit.MILLISECONDS);
    }
  }

  private void cook() {
    if (openOrders.getAndUpdate(open -> Math.max(0, open - 1)) == 0) {
      return;
    }
    try {
      List<byte[]> dish = new ArrayList<>();
      for (int i = 0; i < INGREDIENTS; i++) {
        dish.add(new byte[BYTES_PER_INGREDIENT]);
      }
      oven.bake(dish);
      servedOrders.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public int getOpenOrders() {
    return openOrders.get();
  }

  @Override
  public long getServedOrders() {
    return servedOrders.get();
  }

  @Override
  public void close() {
    staff.shutdownNow();
  }
}
