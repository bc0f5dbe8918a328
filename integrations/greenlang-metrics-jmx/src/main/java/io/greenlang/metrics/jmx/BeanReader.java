package io.greenlang.metrics.jmx;

import io.greenlang.metrics.jmx.SeriesMapper.Series;
import io.greenlang.metrics.jmx.TaskRunner.Punctuality;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.Attribute;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.JMRuntimeException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * A reader of one MBean. It knows which attributes may have values that a rule matches, and
 * remembers the series of each value.
 *
 * <p>Memory: the series of at most {@value #MAX_VALUES} values. The MBean may have any number of
 * attributes, and further values are discarded.
 *
 * <p>One thread at a time reads: a reader that {@link #isBusy} must not be started again.
 */
final class BeanReader {

  private static final int MAX_VALUES = 1_000;

  /** Types that never contain a number. Arrays are none of ours either. */
  private static final Set<String> NO_NUMBERS =
      Set.of("java.lang.String", "java.util.Date", "javax.management.ObjectName", "void");

  /** Types whose values need no opening, so that their series is known before they are read. */
  private static final Set<String> NUMBERS =
      Set.of(
          "int",
          "long",
          "double",
          "float",
          "short",
          "byte",
          "boolean",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Double",
          "java.lang.Float",
          "java.lang.Boolean");

  private final MBeanServerConnection server;
  private final ObjectName name;
  private final BeanName parsedName;
  private final SeriesMapper mapper;

  /** True while a thread is in a call to the MBean. */
  private final AtomicBoolean busy = new AtomicBoolean();

  private volatile boolean stale = true;

  /**
   * The end of the latest call. The collector writes it between two runs of the task runner, and
   * the thread that reads sees it through that runner's lock.
   */
  private Punctuality punctuality = Punctuality.UNKNOWN;

  // The following belong to the thread that reads.
  private final Map<BeanValue, Mapping> mappings = new HashMap<>();
  private final Set<String> unsupported = new HashSet<>();
  private final Set<String> examined = new HashSet<>();
  private Set<String> attributes = Set.of();
  private @Nullable String unmatched;

  /** The series of a value; neither if no rule matches, a problem if the series is invalid. */
  private record Mapping(@Nullable Series series, @Nullable String problem) {}

  BeanReader(MBeanServerConnection server, ObjectName name, SeriesMapper mapper) {
    this.server = server;
    this.name = name;
    this.parsedName = BeanName.of(name);
    this.mapper = mapper;
  }

  ObjectName name() {
    return name;
  }

  /** Returns the text of a value that no rule matches; null if none is known. */
  @Nullable String unmatched() {
    return unmatched;
  }

  /** Returns whether a thread is in a call to the MBean. Any thread. */
  boolean isBusy() {
    return busy.get();
  }

  /** Returns the end of the latest call. The collector, or a task runner under its lock. */
  Punctuality punctuality() {
    return punctuality;
  }

  /** Remembers how a call ended. The thread of the collector, between two runs. */
  void setPunctuality(Punctuality punctuality) {
    this.punctuality = punctuality;
  }

  /** Makes the next collection look for new attributes. Any thread. */
  void refresh() {
    stale = true;
  }

  /** A value and its series. */
  record Sample(Series series, double number) {}

  /**
   * One collection of the MBean. Its results belong to the thread that reads until it has ended.
   */
  final class Run implements Runnable {

    private final List<Sample> samples = new ArrayList<>();
    private int values;
    private int failures;
    private int discarded;
    private @Nullable Throwable failure;
    private @Nullable String problem;

    BeanReader reader() {
      return BeanReader.this;
    }

    List<Sample> samples() {
      return samples;
    }

    /** Returns how many calls failed. */
    int failures() {
      return failures;
    }

    /** Returns how many values were left out. */
    int discarded() {
      return discarded;
    }

    /** Returns the exception of one of the failures; null if none is known. */
    @Nullable Throwable failure() {
      return failure;
    }

    /** Returns why one of the values was left out; null if none was. */
    @Nullable String problem() {
      return problem;
    }

    @Override
    public void run() {
      if (!busy.compareAndSet(false, true)) {
        return; // this thread was abandoned before it got here, and a later run is reading
      }
      try {
        if (stale) {
          stale = false;
          findAttributes();
        }
        readAttributes();
      } catch (InstanceNotFoundException gone) {
        samples.clear(); // it was unregistered since the names were queried
      } catch (Throwable thrown) {
        // errors too: an MBean can throw anything, and must not end the collection of others
        fail(thrown);
      } finally {
        busy.set(false);
      }
    }

    private void fail(Throwable thrown) {
      failures++;
      failure = thrown;
    }

    private void discard(String reason) {
      discarded++;
      problem = reason;
    }

    private void findAttributes() throws JMException, IOException {
      examined.clear();
      Set<String> found = new HashSet<>();
      for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
        if (mayHaveSeries(attribute)) {
          if (found.size() < MAX_VALUES) {
            found.add(attribute.getName());
          } else {
            discard("it has more than " + MAX_VALUES + " attributes");
          }
        }
      }
      attributes = found;
    }

    private boolean mayHaveSeries(MBeanAttributeInfo attribute) {
      String type = attribute.getType();
      if (!attribute.isReadable()
          || unsupported.contains(attribute.getName())
          || NO_NUMBERS.contains(type)
          || type.startsWith("[")) {
        return false;
      }
      return !NUMBERS.contains(type)
          || map(new BeanValue(List.of(), attribute.getName(), List.of(), 0)).series != null;
    }

    private void readAttributes() throws JMException, IOException {
      if (attributes.isEmpty()) {
        return;
      }
      Set<String> missing = new HashSet<>(attributes);
      String[] names = attributes.toArray(String[]::new);
      for (Attribute attribute : server.getAttributes(name, names).asList()) {
        if (missing.remove(attribute.getName())) {
          open(attribute);
        }
      }
      for (String each : missing) {
        examine(each);
      }
    }

    private void open(Attribute attribute) {
      int before = samples.size() + discarded;
      boolean unused = BeanValue.open(attribute.getName(), attribute.getValue(), this::add);
      if (samples.size() + discarded == before && attribute.getValue() != null) {
        // nothing in it matches a rule: do not read it again until the next refresh
        attributes.remove(attribute.getName());
      }
    }

    private boolean add(BeanValue value) {
      values++;
      if (values > MAX_VALUES) {
        discard("it has more than " + MAX_VALUES + " values");
        return false;
      }
      Mapping mapping = map(new BeanValue(value.path(), value.name(), value.row(), 0));
      if (mapping.problem != null) {
        discard(mapping.problem);
      } else if (mapping.series != null) {
        samples.add(new Sample(mapping.series, value.number()));
      }
      return true;
    }

    /**
     * Finds out why an attribute failed, once per refresh: a query of many attributes hides it. An
     * attribute that the MBean does not support, as many of the platform, is not read again.
     */
    private void examine(String attribute) throws JMException, IOException {
      if (!examined.add(attribute)) {
        failures++;
        return;
      }
      try {
        open(new Attribute(attribute, server.getAttribute(name, attribute)));
      } catch (InstanceNotFoundException gone) {
        throw gone;
      } catch (JMException | JMRuntimeException e) {
        if (e.getCause() instanceof UnsupportedOperationException) {
          if (unsupported.size() >= MAX_VALUES) {
            unsupported.clear(); // an MBean that invents names without end
          }
          unsupported.add(attribute);
          attributes.remove(attribute);
        } else {
          fail(e);
        }
      }
    }
  }

  private Mapping map(BeanValue place) {
    Mapping known = mappings.get(place);
    if (known != null) {
      return known;
    }
    if (mappings.size() >= MAX_VALUES) {
      mappings.clear(); // an MBean that invents names without end
    }
    Mapping mapping;
    try {
      mapping = new Mapping(mapper.map(parsedName, place), null);
    } catch (IllegalArgumentException e) {
      mapping = new Mapping(null, String.valueOf(e.getMessage()));
    }
    if (unmatched == null && mapping.series == null && mapping.problem == null) {
      unmatched = parsedName.describe(place);
    }
    mappings.put(place, mapping);
    return mapping;
  }
}
