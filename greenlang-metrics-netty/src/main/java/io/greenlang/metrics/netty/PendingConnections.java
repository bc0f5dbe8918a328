package io.greenlang.metrics.netty;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.netty.internal.connection.ChannelAddresses;
import io.greenlang.metrics.websocket.transport.ClientAddress;
import io.greenlang.metrics.websocket.transport.HandshakeLimits;
import io.greenlang.metrics.websocket.transport.Proxies;
import io.netty.channel.Channel;
import io.netty.util.NetUtil;
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
 * file descriptor before any token is checked. If there are too many, in total or from one address,
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

  /** The key of connections whose clients are unknown. */
  private static final ByteBuffer UNKNOWN = ByteBuffer.allocate(0);

  private final Proxies proxies;
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
   * @param proxies the proxies whose connections the limit per address does not concern, until one
   *     of their requests names a client
   * @param onClosedByLimit called for each connection that is closed because of a limit
   */
  PendingConnections(HandshakeLimits limits, Proxies proxies, Runnable onClosedByLimit) {
    this(
        limits,
        proxies,
        Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE),
        onClosedByLimit);
  }

  PendingConnections(
      HandshakeLimits limits, Proxies proxies, long maxBytes, Runnable onClosedByLimit) {
    this.proxies = proxies;
    this.maxConnections = limits.maxConnections();
    this.maxPerAddress = Math.min(limits.maxConnectionsPerAddress(), maxConnections);
    this.maxBytes = maxBytes;
    this.onClosedByLimit = onClosedByLimit;
  }

  /** One connection that is not a WebSocket yet. */
  final class Entry {

    private final Channel channel;
    private ByteBuffer address;
    private Group group;
    private int size;
    private boolean removed;

    private Entry(Channel channel, ByteBuffer address) {
      this.channel = channel;
      this.address = address;
      this.group = join(address, this, false);
    }

    /**
     * Counts the connection for the address of its client, which may close that client's oldest.
     */
    void setAddress(String clientAddress) {
      ByteBuffer newAddress = keyOf(clientAddress);
      List<Entry> victims = new ArrayList<>(0);
      synchronized (PendingConnections.this) {
        if (!removed && !newAddress.equals(address)) {
          boolean waitingForServer = group.waitingForServer.contains(this);
          leave(this);
          address = newAddress;
          group = join(newAddress, this, waitingForServer);
          enforceLimit(this, victims);
        }
      }
      close(victims);
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
    ClientAddress peer = ChannelAddresses.peer(channel);
    ByteBuffer address = peer == null ? UNKNOWN : keyOf(peer.address());
    List<Entry> victims = new ArrayList<>(0);
    Entry entry;
    synchronized (this) {
      entry = new Entry(channel, address);
      all.move(entry, false);
      enforceLimit(entry, victims);
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

  private Group join(ByteBuffer address, Entry entry, boolean waitingForServer) {
    Group group = groups.computeIfAbsent(address, key -> new Group());
    group.move(entry, waitingForServer);
    return group;
  }

  private void leave(Entry entry) {
    entry.group.remove(entry);
    if (entry.group.size() == 0) {
      groups.remove(entry.address);
    }
  }

  /** Removes the oldest connection of an address that has too many with the new one. */
  private void enforceLimit(Entry added, List<Entry> victims) {
    if (added.group.size() > maxPerAddress && !added.address.equals(UNKNOWN)) {
      victims.add(removeOldest(added.group, added));
    }
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
      leave(entry);
    }
  }

  /** Closes connections that are no longer in the set. Called without the lock. */
  private void close(List<Entry> victims) {
    for (Entry victim : victims) {
      log.warn(
          "Too many connections that are not WebSockets yet; closed the oldest, of {} ({} open, {}"
              + " of them wait for the server, {} bytes of requests)",
          ChannelAddresses.clientLabel(victim.channel),
          size(),
          waitingForServer(),
          bytes());
      onClosedByLimit.run();
      victim.channel.close();
    }
  }

  /** Returns the key of an address. The clients of a trusted proxy are unknown. */
  private ByteBuffer keyOf(String address) {
    byte[] bytes =
        proxies.trusts(address) ? null : NetUtil.createByteArrayFromIpAddressString(address);
    if (bytes == null) {
      return UNKNOWN;
    }
    return ByteBuffer.wrap(
        bytes.length > IPV6_NETWORK_BYTES ? Arrays.copyOf(bytes, IPV6_NETWORK_BYTES) : bytes);
  }
}
