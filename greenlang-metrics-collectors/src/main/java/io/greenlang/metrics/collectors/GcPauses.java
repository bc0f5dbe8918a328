package io.greenlang.metrics.collectors;

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
 * The pauses of the garbage collectors since they were last asked for, at most {@value
 * #MAX_PAUSES}; later ones are left out then, and are still in {@code gc.count}. Any thread.
 */
final class GcPauses {

  private static final int MAX_PAUSES = 1024;

  private record Pause(String collector, double millis) {}

  /** Takes one pause. */
  @FunctionalInterface
  interface Consumer {
    void accept(String collector, double millis);
  }

  private final BlockingQueue<Pause> pauses = new ArrayBlockingQueue<>(MAX_PAUSES);

  private GcPauses() {}

  static GcPauses listening(List<GarbageCollectorMXBean> collectors) {
    GcPauses pauses = new GcPauses();
    for (GarbageCollectorMXBean collector : collectors) {
      if (collector instanceof NotificationEmitter emitter && pausesTheApplication(collector)) {
        emitter.addNotificationListener(new Listener(pauses, emitter), null, null);
      }
    }
    return pauses;
  }

  /** ZGC and Shenandoah report concurrent cycles as a collector of its own: those are no pauses. */
  private static boolean pausesTheApplication(GarbageCollectorMXBean collector) {
    String name = collector.getName();
    return !name.contains("Cycles") && !name.contains("Concurrent");
  }

  void drain(Consumer consumer) {
    for (@Nullable Pause pause = pauses.poll(); pause != null; pause = pauses.poll()) {
      consumer.accept(pause.collector, pause.millis);
    }
  }

  /**
   * The virtual machine keeps its listeners for good, and a source has no end that it is told of.
   * So this one holds on to nothing, and takes its leave when the source is gone.
   */
  private static final class Listener implements NotificationListener {

    private final WeakReference<GcPauses> target;
    private final NotificationEmitter emitter;

    Listener(GcPauses target, NotificationEmitter emitter) {
      this.target = new WeakReference<>(target);
      this.emitter = emitter;
    }

    @Override
    public void handleNotification(Notification notification, @Nullable Object handback) {
      GcPauses pauses = target.get();
      if (pauses == null) {
        leave();
      } else if (notification.getUserData() instanceof CompositeData data) {
        GarbageCollectionNotificationInfo info = GarbageCollectionNotificationInfo.from(data);
        boolean unused =
            pauses.pauses.offer(new Pause(info.getGcName(), info.getGcInfo().getDuration()));
      }
    }

    private void leave() {
      try {
        emitter.removeNotificationListener(this);
      } catch (ListenerNotFoundException alreadyGone) {
        // two notifications at once: the other one has done it
      }
    }
  }
}
