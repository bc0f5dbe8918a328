package io.greenlang.metrics.netty.internal.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sends through io_uring, on one I/O thread that makes at most two sends in a wake-up. */
final class RingSocketTest {

  /** More than the sockets hold for a peer that reads nothing. */
  private static final int LARGE = 16 << 20;

  private static final int MAX_SENDS = 2;

  private final List<Connected> connections = new ArrayList<>();
  private final AtomicInteger recycled = new AtomicInteger();
  private MultiThreadIoEventLoopGroup threads;
  private ServerSocket listener;

  /** Both ends of a connection. */
  private record Connected(
      Channel channel, RingSocket ring, Socket peer, AtomicReference<IOException> failure) {}

  @BeforeEach
  void startThread() throws Exception {
    Assumptions.assumeTrue(IoUring.isAvailable(), "io_uring");
    threads = new MultiThreadIoEventLoopGroup(1, IoMethod.IO_URING.newFactory());
    listener = new ServerSocket();
    listener.setReceiveBufferSize(4096);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    onThread(
        () -> {
          RingSender.register(threads.next(), MAX_SENDS);
          return true;
        });
  }

  @AfterEach
  void stopThread() throws IOException {
    for (Connected each : connections) {
      each.channel.close().syncUninterruptibly();
      each.peer.close();
    }
    listener.close();
    threads.shutdownGracefully().syncUninterruptibly();
  }

  @Test
  void write_peerReadsSlowly_keepsMemoryUntilAllIsSent() throws Exception {
    Connected connected = connect();
    byte[] bytes = randomBytes(LARGE);
    write(connected, direct(bytes), bytes.length);
    awaitFullSocket(connected);
    long before = unsent(connected);
    assertThat(onThread(connected.ring::isWritable)).isFalse();
    assertThat(connected.peer.getInputStream().readNBytes(LARGE / 2)).startsWith(bytes[0]);
    ResourceUsage.await(() -> unsent(connected) < before);
    assertThat(recycled).as("the kernel still reads the memory").hasValue(0);
    byte[] rest = connected.peer.getInputStream().readNBytes(LARGE - LARGE / 2);
    assertThat(rest).isEqualTo(Arrays.copyOfRange(bytes, LARGE / 2, LARGE));
    ResourceUsage.await(() -> recycled.get() == 1);
    assertThat(onThread(connected.ring::isWritable)).isTrue();
  }

  @Test
  void close_sendWaitsForFullSocket_releasesMemory() throws Exception {
    Connected connected = connect();
    write(connected, direct(new byte[LARGE]), LARGE);
    awaitFullSocket(connected);
    connected.channel.close().syncUninterruptibly();
    ResourceUsage.await(() -> recycled.get() == 1);
    Connected next = connect();
    write(next, direct(new byte[] {1}), 1);
    assertThat(next.peer.getInputStream().read()).as("the slot serves another socket").isEqualTo(1);
  }

  @Test
  void write_closedChannel_releasesMemory() throws Exception {
    Connected connected = connect();
    connected.channel.close().syncUninterruptibly();
    write(connected, direct(new byte[8]), 8);
    ResourceUsage.await(() -> recycled.get() == 1);
    assertThat(unsent(connected)).isZero();
  }

  @Test
  void write_peerResets_reportsFailureAndReleasesMemory() throws Exception {
    Connected connected = connect();
    write(connected, direct(new byte[LARGE]), LARGE);
    awaitFullSocket(connected);
    connected.peer.setSoLinger(true, 0);
    connected.peer.close();
    ResourceUsage.await(() -> recycled.get() == 1);
    ResourceUsage.await(() -> connected.failure.get() != null || !connected.channel.isOpen());
  }

  @Test
  void write_moreSocketsThanSendsOfWakeUp_servesAllBesideStalledOnes() throws Exception {
    List<Connected> stalled = List.of(connect(), connect(), connect());
    for (Connected each : stalled) {
      write(each, direct(new byte[LARGE]), LARGE);
    }
    List<Connected> readers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      readers.add(connect());
    }
    SharedFrames shared = direct(new byte[] {1, 2, 3, 4});
    onThread(
        () -> {
          for (Connected each : readers) {
            shared.retain();
            each.ring.write(shared, 0, 2);
            shared.retain();
            each.ring.write(shared, 2, 4);
            each.ring.flush();
          }
          shared.release();
          return true;
        });
    for (Connected each : readers) {
      assertThat(each.peer.getInputStream().readNBytes(4)).containsExactly(1, 2, 3, 4);
    }
    ResourceUsage.await(() -> recycled.get() == 1);
  }

  @Test
  void write_heapMemory_sendsCopiesInOrder() throws Exception {
    Connected full = connect();
    Connected other = connect();
    byte[] bytes = randomBytes(LARGE);
    onThread(
        () -> {
          full.ring.write(direct(new byte[] {7}), 0, 1);
          full.ring.write(heap(bytes), 0, LARGE);
          full.ring.write(direct(new byte[] {8}), 0, 1);
          full.ring.flush();
          other.ring.write(heap(bytes), 0, 300_000);
          other.ring.flush();
          return true;
        });
    byte[] others = other.peer.getInputStream().readNBytes(300_000);
    assertThat(others).isEqualTo(Arrays.copyOf(bytes, 300_000));
    assertThat(full.peer.getInputStream().read()).isEqualTo(7);
    assertThat(full.peer.getInputStream().readNBytes(LARGE)).isEqualTo(bytes);
    assertThat(full.peer.getInputStream().read()).isEqualTo(8);
    ResourceUsage.await(() -> recycled.get() == 2);
  }

  /** The sockets that find no space wait again while others are submitted. */
  @Test
  void write_heapMemoryOfMoreSocketsThanCopiesFit_reachesAll() throws Exception {
    byte[] bytes = randomBytes(60_000);
    List<Connected> connected = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      connected.add(connect());
    }
    onThread(
        () -> {
          for (Connected each : connected) {
            each.ring.write(heap(bytes), 0, bytes.length);
            each.ring.flush();
          }
          return true;
        });
    for (Connected each : connected) {
      assertThat(each.peer.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
    }
  }

  @Test
  void writeLast_fullSocket_completesWhenKernelAcceptedAll() throws Exception {
    Connected connected = connect();
    write(connected, direct(new byte[LARGE]), LARGE);
    CompletableFuture<Boolean> sent = new CompletableFuture<>();
    onThread(
        () ->
            connected
                .ring
                .writeLast(new byte[] {9})
                .addListener(future -> sent.complete(future.isSuccess())));
    assertThat(sent).isNotDone();
    assertThat(connected.peer.getInputStream().readNBytes(LARGE)).hasSize(LARGE);
    assertThat(connected.peer.getInputStream().read()).isEqualTo(9);
    assertThat(sent.join()).isTrue();
  }

  private Connected connect() throws Exception {
    Channel channel =
        new Bootstrap()
            .group(threads)
            .channel(IoUringSocketChannel.class)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(listener.getLocalSocketAddress())
            .syncUninterruptibly()
            .channel();
    AtomicReference<IOException> failure = new AtomicReference<>();
    RingSocket ring = onThread(() -> RingSocket.of(channel, failure::set));
    Connected connected = new Connected(channel, ring, listener.accept(), failure);
    connections.add(connected);
    return connected;
  }

  private void write(Connected connected, SharedFrames frames, int length) throws Exception {
    onThread(
        () -> {
          connected.ring.write(frames, 0, length);
          connected.ring.flush();
          return true;
        });
  }

  /** Waits until the kernel has accepted a part; before the submission, nothing is unsent. */
  private void awaitFullSocket(Connected connected) {
    ResourceUsage.await(() -> unsent(connected) > 0 && unsent(connected) < LARGE);
  }

  private long unsent(Connected connected) {
    try {
      return onThread(connected.ring::unsentBytes);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private <T> T onThread(Callable<T> action) throws Exception {
    return threads.submit(action).get();
  }

  private SharedFrames direct(byte[] bytes) {
    ByteBuffer memory = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
    return new SharedFrames(memory, ignored -> recycled.incrementAndGet());
  }

  private static SharedFrames heap(byte[] bytes) {
    return new SharedFrames(ByteBuffer.wrap(bytes), null);
  }

  private static byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    new Random(67).nextBytes(bytes);
    return bytes;
  }
}
