package io.greenlang.metrics.jmx;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** MBeans of the tests, in the platform's server, and their registration. */
final class TestBeans implements AutoCloseable {

  static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

  private final Set<ObjectName> registered = ConcurrentHashMap.newKeySet();

  /** Registers an MBean with some attributes, until the test ends. */
  ObjectName register(String name, Map<String, Supplier<?>> attributes) {
    return register(name, new Bean(() -> attributes));
  }

  /** Registers an MBean that may have other attributes each time it describes itself. */
  ObjectName registerChanging(String name, Supplier<Map<String, Supplier<?>>> attributes) {
    return register(name, new Bean(attributes));
  }

  private ObjectName register(String name, DynamicMBean bean) {
    try {
      ObjectName objectName = new ObjectName(name);
      Object unused = SERVER.registerMBean(bean, objectName);
      registered.add(objectName);
      return objectName;
    } catch (JMException e) {
      throw new IllegalStateException("failed to register " + name, e);
    }
  }

  void unregister(ObjectName name) {
    try {
      SERVER.unregisterMBean(name);
      registered.remove(name);
    } catch (JMException e) {
      throw new IllegalStateException("failed to unregister " + name, e);
    }
  }

  @Override
  public void close() {
    Set.copyOf(registered).forEach(this::unregister);
  }

  /** Returns a value that is not there until a latch is released. */
  static Supplier<Integer> hanging(CountDownLatch latch) {
    return () -> {
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return 42;
    };
  }

  /** An MBean whose attributes are functions. */
  private static final class Bean implements DynamicMBean {

    private final Supplier<Map<String, Supplier<?>>> attributes;
    private volatile Map<String, Supplier<?>> latest = Map.of();

    Bean(Supplier<Map<String, Supplier<?>>> attributes) {
      this.attributes = attributes;
    }

    @Override
    public @Nullable Object getAttribute(String name) throws AttributeNotFoundException {
      Supplier<?> value = latest.get(name);
      if (value == null) {
        throw new AttributeNotFoundException(name);
      }
      return value.get();
    }

    @Override
    public AttributeList getAttributes(String[] names) {
      AttributeList list = new AttributeList();
      for (String name : names) {
        try {
          list.add(new Attribute(name, getAttribute(name)));
        } catch (AttributeNotFoundException | RuntimeException missing) {
          // as the interface demands, an attribute that fails is missing in the list
        }
      }
      return list;
    }

    @Override
    public MBeanInfo getMBeanInfo() {
      List<MBeanAttributeInfo> infos = new ArrayList<>();
      latest = attributes.get();
      latest
          .keySet()
          .forEach(
              name ->
                  infos.add(
                      new MBeanAttributeInfo(
                          name, Object.class.getName(), name, true, false, false)));
      return new MBeanInfo(
          "test", "test", infos.toArray(MBeanAttributeInfo[]::new), null, null, null);
    }

    @Override
    public void setAttribute(Attribute attribute) {
      throw new UnsupportedOperationException("read-only");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
      throw new UnsupportedOperationException("read-only");
    }

    @Override
    public Object invoke(
        String actionName, @Nullable Object @Nullable [] params, String @Nullable [] signature) {
      throw new UnsupportedOperationException("no operations");
    }
  }
}
