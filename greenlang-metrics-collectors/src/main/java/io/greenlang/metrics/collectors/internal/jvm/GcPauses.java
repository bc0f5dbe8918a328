package io.greenlang.metrics.collectors.internal.jvm;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * Buffer of the garbage collection pauses since the previous drain, at most {@value #MAX_PAUSES}.
 * Further pauses are discarded but still counted in {@code gc.count}. Thread-safe.
 */
public final class GcPauses {

  private static final int MAX_PAUSES = 1024;

  private record Pause(String collector, double millis) {}

  /** The receiver of pauses. */
  @FunctionalInterface
  public interface Consumer {

    /** Receives one pause of a collector. */
    void accept(String collector, double millis);
  }

  private final BlockingQueue<Pause> pauses = new ArrayBlockingQueue<>(MAX_PAUSES);

  private GcPauses() {}

  /** Returns a buffer that is registered with the collectors whose cycles pause the application. */
  public static GcPauses register(List<GarbageCollectorMXBean> collectors) {
    GcPauses pauses = new GcPauses();
    for (GarbageCollectorMXBean collector : collectors) {
      if (collector instanceof NotificationEmitter emitter && pausesTheApplication(collector)) {
        emitter.addNotificationListener(new Listener(pauses, emitter), null, null);
      }
    }
    return pauses;
  }

  /**
   * Returns whether the collector's cycles are pauses. ZGC and Shenandoah report concurrent cycles
   * as a separate collector, and those do not pause the application.
   */
  private static boolean pausesTheApplication(GarbageCollectorMXBean collector) {
    String name = collector.getName();
    return !name.contains("Cycles") && !name.contains("Concurrent");
  }

  /** Passes the buffered pauses to {@code consumer} and removes them. */
  public void drain(Consumer consumer) {
    for (@Nullable Pause pause = pauses.poll(); pause != null; pause = pauses.poll()) {
      consumer.accept(pause.collector, pause.millis);
    }
  }

  /**
   * Listener that does not keep its source alive. The JVM holds on to its listeners forever, and a
   * source is not notified of its end. The listener therefore references the buffer weakly and
   * unregisters itself once the buffer has been collected.
   */
  private static final class Listener implements NotificationListener {

    private final WeakReference<GcPauses> pauses;
    private final NotificationEmitter emitter;

    Listener(GcPauses pauses, NotificationEmitter emitter) {
      this.pauses = new WeakReference<>(pauses);
      this.emitter = emitter;
    }

    @Override
    public void handleNotification(Notification notification, @Nullable Object handback) {
      GcPauses target = pauses.get();
      if (target == null) {
        unregister();
      } else if (notification.getUserData() instanceof CompositeData data) {
        GarbageCollectionNotificationInfo info = GarbageCollectionNotificationInfo.from(data);
        boolean unused =
            target.pauses.offer(new Pause(info.getGcName(), info.getGcInfo().getDuration()));
      }
    }

    private void unregister() {
      try {
        emitter.removeNotificationListener(this);
      } catch (ListenerNotFoundException alreadyGone) {
        // with two concurrent notifications, the other one has unregistered it
      }
    }
  }
}
