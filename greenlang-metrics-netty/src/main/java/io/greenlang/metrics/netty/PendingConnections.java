package io.greenlang.metrics.netty;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.transport.HandshakeLimits;
import io.netty.channel.Channel;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The connections that are not WebSockets yet, in the order of their age. They cost memory and a
 * file descriptor before any token is checked. If there are too many, in all or from one address,
 * or if their requests take too many bytes, the oldest are closed. A client that connects and sends
 * its request therefore gets its turn, however many others send nothing. Thread-safe.
 */
final class PendingConnections {

  private static final ThrottledLog log =
      new ThrottledLog(LoggerFactory.getLogger(PendingConnections.class));

  /** The share of the heap that requests may take. */
  private static final int HEAP_SHARE = 8;

  private static final long MAX_BYTES = 32L << 20;

  /** The bytes that identify a network of IPv6: one customer has 2^64 addresses (RFC 6177). */
  private static final int IPV6_NETWORK_BYTES = 8;

  private static final ByteBuffer NO_ADDRESS = ByteBuffer.allocate(0);

  private final int maxConnections;
  private final int maxPerAddress;
  private final long maxBytes;
  private final Runnable onClosedByLimit;
  private final Group all = new Group();
  private final Map<ByteBuffer, Group> groups = new HashMap<>();
  private long bytes;

  /**
   * Creates an empty set whose requests take at most an eighth of the heap, and at most 32 MiB.
   *
   * @param onClosedByLimit called for each connection that is closed because of a limit
   */
  PendingConnections(HandshakeLimits limits, Runnable onClosedByLimit) {
    this(
        limits,
        Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE),
        onClosedByLimit);
  }

  PendingConnections(HandshakeLimits limits, long maxBytes, Runnable onClosedByLimit) {
    this.maxConnections = limits.maxConnections();
    this.maxPerAddress = Math.min(limits.maxConnectionsPerAddress(), maxConnections);
    this.maxBytes = maxBytes;
    this.onClosedByLimit = onClosedByLimit;
  }

  /** One connection that is not a WebSocket yet. */
  final class Entry {

    private final Channel channel;
    private final ByteBuffer address;
    private final Group group;
    private int size;
    private boolean removed;

    private Entry(Channel channel, ByteBuffer address, Group group) {
      this.channel = channel;
      this.address = address;
      this.group = group;
    }

    /** Sets the bytes that the connection's request takes. */
    void resize(int newSize) {
      List<Entry> victims = new ArrayList<>(0);
      synchronized (PendingConnections.this) {
        if (!removed) {
          bytes += newSize - size;
          size = newSize;
          while (bytes > maxBytes) {
            victims.add(removeOldest(all, null));
          }
        }
      }
      close(victims);
    }

    /**
     * Sets whether the connection waits for the server, and not for its client. Connections that
     * wait for their clients are closed first.
     */
    void setWaitingForServer(boolean waitingForServer) {
      synchronized (PendingConnections.this) {
        if (!removed) {
          all.move(this, waitingForServer);
          group.move(this, waitingForServer);
        }
      }
    }

    /** Removes the connection, because it is a WebSocket now or is closed. Idempotent. */
    void remove() {
      synchronized (PendingConnections.this) {
        PendingConnections.this.remove(this);
      }
    }
  }

  /** Connections in the order in which they began to wait. */
  private static final class Group {

    private final Set<Entry> waitingForClient = new LinkedHashSet<>(4);
    private final Set<Entry> waitingForServer = new LinkedHashSet<>(4);

    private int size() {
      return waitingForClient.size() + waitingForServer.size();
    }

    private void move(Entry entry, boolean toWaitingForServer) {
      remove(entry);
      (toWaitingForServer ? waitingForServer : waitingForClient).add(entry);
    }

    private void remove(Entry entry) {
      if (!waitingForClient.remove(entry)) {
        waitingForServer.remove(entry);
      }
    }

    /** Returns the oldest connection other than {@code spared}, unless that is the only one. */
    private Entry oldest(@Nullable Entry spared) {
      for (Set<Entry> entries : List.of(waitingForClient, waitingForServer)) {
        for (Entry entry : entries) {
          if (entry != spared) {
            return entry;
          }
        }
      }
      return waitingForClient.iterator().next();
    }
  }

  /** Adds a new connection, and closes the oldest if there are too many. */
  Entry add(Channel channel) {
    ByteBuffer address = addressOf(channel.remoteAddress());
    List<Entry> victims = new ArrayList<>(0);
    Entry entry;
    synchronized (this) {
      Group group = groups.computeIfAbsent(address, key -> new Group());
      entry = new Entry(channel, address, group);
      all.move(entry, false);
      group.move(entry, false);
      if (group.size() > maxPerAddress) {
        victims.add(removeOldest(group, entry));
      }
      if (all.size() > maxConnections) {
        victims.add(removeOldest(all, entry));
      }
    }
    close(victims);
    return entry;
  }

  /**
   * Closes the oldest quarter of the connections, and at least one, because the process has no more
   * file descriptors. Returns their number.
   */
  int closeOldestQuarter() {
    List<Entry> victims = new ArrayList<>();
    synchronized (this) {
      int count = (all.size() + 3) / 4;
      for (int i = 0; i < count; i++) {
        victims.add(removeOldest(all, null));
      }
    }
    close(victims);
    return victims.size();
  }

  /** Returns the number of connections that are not WebSockets yet. */
  synchronized int size() {
    return all.size();
  }

  /** Returns the number of those whose request the server has received and not answered. */
  synchronized int waitingForServer() {
    return all.waitingForServer.size();
  }

  /** Returns the bytes that their requests take. */
  synchronized long bytes() {
    return bytes;
  }

  private Entry removeOldest(Group group, @Nullable Entry spared) {
    Entry oldest = group.oldest(spared);
    remove(oldest);
    return oldest;
  }

  private void remove(Entry entry) {
    if (!entry.removed) {
      entry.removed = true;
      bytes -= entry.size;
      all.remove(entry);
      entry.group.remove(entry);
      if (entry.group.size() == 0) {
        groups.remove(entry.address);
      }
    }
  }

  /** Closes connections that are no longer in the set. Called without the lock. */
  private void close(List<Entry> victims) {
    for (Entry victim : victims) {
      log.warn(
          "Too many connections that are not WebSockets yet; closed the oldest, of {} ({} open, {}"
              + " of them wait for the server, {} bytes of requests)",
          victim.channel.remoteAddress(),
          size(),
          waitingForServer(),
          bytes());
      onClosedByLimit.run();
      victim.channel.close();
    }
  }

  private static ByteBuffer addressOf(@Nullable SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
      return NO_ADDRESS;
    }
    byte[] bytes = inet.getAddress().getAddress();
    boolean ipv6 = inet.getAddress() instanceof Inet6Address;
    return ByteBuffer.wrap(ipv6 ? Arrays.copyOf(bytes, IPV6_NETWORK_BYTES) : bytes);
  }
}
