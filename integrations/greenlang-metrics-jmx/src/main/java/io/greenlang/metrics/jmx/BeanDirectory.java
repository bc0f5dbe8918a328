package io.greenlang.metrics.jmx;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * The MBeans that a source reads: those that match its patterns, at most {@value #MAX_BEANS}. Used
 * by the thread of the collector, except for {@link Query#run}.
 */
final class BeanDirectory {

  private static final int MAX_BEANS = 10_000;

  private final MBeanServerConnection server;
  private final SeriesMapper mapper;
  private final List<ObjectName> included;
  private final List<ObjectName> excluded;
  private final Map<ObjectName, BeanReader> readers = new LinkedHashMap<>();

  BeanDirectory(JmxSourceBuilder builder) {
    server = builder.server;
    mapper = new SeriesMapper(builder.channel, builder.rules);
    included =
        builder.included.isEmpty() ? List.of(ObjectName.WILDCARD) : List.copyOf(builder.included);
    excluded = List.copyOf(builder.excluded);
  }

  Collection<BeanReader> readers() {
    return readers.values();
  }

  /** A query of the names, which may hang if the server is remote. */
  final class Query implements Runnable {

    private final Set<ObjectName> names = new HashSet<>();
    private final List<ObjectName> unmatched = new ArrayList<>();
    private @Nullable Throwable failure;

    @Override
    public void run() {
      try {
        for (ObjectName pattern : included) {
          Set<ObjectName> found = server.queryNames(pattern, null);
          if (found.isEmpty()) {
            unmatched.add(pattern);
          }
          names.addAll(found);
        }
        names.removeIf(name -> excluded.stream().anyMatch(pattern -> pattern.apply(name)));
      } catch (IOException | RuntimeException e) {
        failure = e;
      }
    }

    /** Returns the included names and patterns that no MBean has. */
    List<ObjectName> unmatched() {
      return unmatched;
    }

    /** Returns why the query failed; null if it did not. */
    @Nullable Throwable failure() {
      return failure;
    }
  }

  /**
   * Takes the result of a query over: forgets MBeans that are gone, and adds new ones.
   *
   * @return the number of MBeans that exceed the limit
   */
  int update(Query query) {
    readers.keySet().retainAll(query.names);
    readers.values().forEach(BeanReader::refresh);
    int discarded = 0;
    for (ObjectName name : query.names) {
      if (readers.containsKey(name)) {
        continue;
      }
      if (readers.size() < MAX_BEANS) {
        readers.put(name, new BeanReader(server, name, mapper));
      } else {
        discarded++;
      }
    }
    return discarded;
  }
}
