package io.greenlang.metrics.jfr;

import io.greenlang.metrics.Tags;
import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.AttributeNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The exact number of bytes that all threads have allocated since the JVM started. JDK 21 and newer
 * count them.
 *
 * <p>It replaces the {@linkplain AllocationSamples samples} there, because a sample in a virtual
 * thread carries what its carrier has allocated, and the source cannot recognize the first sample
 * of a carrier.
 */
final class AllocationTotal implements EventGroup {

  private static final String ATTRIBUTE = "TotalThreadAllocatedBytes";

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final ObjectName threading;

  private AllocationTotal() throws JMException {
    threading = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
  }

  /** Returns the total, if the JVM has one; otherwise an estimate from samples. */
  static EventGroup orSamples(int samplesPerSecond) {
    try {
      AllocationTotal total = new AllocationTotal();
      return total.bytes() >= 0 ? total : new AllocationSamples(samplesPerSecond);
    } catch (AttributeNotFoundException beforeJdk21) {
      return new AllocationSamples(samplesPerSecond);
    } catch (JMException e) {
      throw new IllegalStateException("failed to read " + ATTRIBUTE + " of the JVM", e);
    }
  }

  /** Returns the total; -1 if the JVM does not measure it. */
  private long bytes() throws JMException {
    return (long) server.getAttribute(threading, ATTRIBUTE);
  }

  @Override
  public List<EventType> types() {
    return List.of();
  }

  @Override
  public void addTo(MetricList metrics) {
    try {
      metrics.counter("jfr.memory.allocated", Math.max(0, bytes()), Tags.empty());
    } catch (JMException e) {
      throw new IllegalStateException("failed to read " + ATTRIBUTE + " of the JVM", e);
    }
  }
}
