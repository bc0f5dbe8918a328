package io.greenlang.metrics.netty.internal.io;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sends of one I/O thread. Sockets that have something to send queue here until all tasks of
 * the wake-up have run. Then each of them has one operation in the ring, and the thread submits all
 * operations with one system call, or with one per {@value IoMethod#RING_ENTRIES}.
 *
 * <p>Bounded by the number of connections: one operation and one place in the queue for each. At
 * most {@link #MAX_SENDS} operations follow each other without a look at their results, so that
 * these cannot overflow the ring; further sockets stay queued until then. Confined to the I/O
 * thread.
 */
final class RingSender implements IoUringIoHandle {

  /** The maximum number of sends in one wake-up. */
  private static final int MAX_SENDS = IoMethod.RING_RESULTS / 2;

  private static final byte SENDMSG = 9;
  private static final byte ASYNC_CANCEL = 14;
  private static final int NO_SIGNAL = 0x4000;
  private static final int DO_NOT_WAIT = 0x40;

  private static final FastThreadLocal<RingSender> senders = new FastThreadLocal<>();

  private final SingleThreadEventLoop loop;
  private final int maxSends;
  private final IoRegistration registration;
  private final MessageHeaders headers = new MessageHeaders();
  private final CopyArena copies = new CopyArena();
  private final ArrayDeque<RingSocket> ready = new ArrayDeque<>();
  private final Runnable submission = this::submitAtEndOfWakeUp;
  private @Nullable RingSocket[] sockets = new RingSocket[64];
  private int[] freeSlots = new int[64];
  private int freeCount;
  private int slotCount;
  private int submitted;
  private boolean submissionScheduled;

  private RingSender(IoEventLoop loop, int maxSends) {
    this.loop = (SingleThreadEventLoop) loop;
    this.maxSends = maxSends;
    Future<IoRegistration> registered = loop.register(this); // done, because this is its thread
    if (!registered.isSuccess()) {
      throw new IllegalStateException("Failed to register for sends", registered.cause());
    }
    this.registration = registered.getNow();
  }

  /** Creates the sender of the current thread, which is the one of the loop. */
  static void register(IoEventLoop loop) {
    register(loop, MAX_SENDS);
  }

  /** Creates the sender of the current thread with a maximum of sends in one wake-up. */
  static void register(IoEventLoop loop, int maxSends) {
    senders.set(new RingSender(loop, maxSends));
  }

  /** Returns the sender of the current thread; null if it has none. */
  static @Nullable RingSender ofThread() {
    return senders.get();
  }

  MessageHeaders headers() {
    return headers;
  }

  CopyArena copies() {
    return copies;
  }

  /**
   * Gives a socket its slot, which it frees when it is closed.
   *
   * @throws OutOfMemoryError if the memory of its header is refused
   */
  int openSlot(RingSocket socket) {
    int slot = freeCount > 0 ? freeSlots[freeCount - 1] : slotCount;
    headers.address(slot);
    if (freeCount > 0) {
      freeCount--;
    } else {
      slotCount++;
    }
    if (slot == sockets.length) {
      sockets = Arrays.copyOf(sockets, 2 * slot);
      freeSlots = Arrays.copyOf(freeSlots, 2 * slot);
    }
    sockets[slot] = socket;
    return slot;
  }

  /** Frees a slot whose socket has no operation in the ring. */
  void freeSlot(int slot) {
    sockets[slot] = null;
    freeSlots[freeCount++] = slot;
  }

  /**
   * Returns the operation that sends what the header of a slot describes.
   *
   * @param wait whether the kernel waits for a full socket
   */
  IoUringIoOps newSend(int descriptor, int slot, boolean wait) {
    int flags = wait ? NO_SIGNAL : NO_SIGNAL | DO_NOT_WAIT;
    return operation(SENDMSG, descriptor, headers.address(slot), 1, flags, slot);
  }

  private static IoUringIoOps operation(
      byte code, int descriptor, long address, int length, int flags, int slot) {
    byte none = 0;
    return new IoUringIoOps(
        code,
        none,
        none,
        descriptor,
        0L,
        address,
        length,
        flags,
        (long) slot,
        (short) 0,
        (short) 0,
        0,
        0L);
  }

  /** Queues a socket for the end of the wake-up. */
  void enqueue(RingSocket socket) {
    ready.add(socket);
    if (ready.size() >= Math.min(IoMethod.RING_ENTRIES, maxSends)) {
      submitReady(); // otherwise the first of many clients would wait for the last
    }
    if (!submissionScheduled) {
      submissionScheduled = true;
      loop.executeAfterEventLoopIteration(submission);
    }
  }

  private void submitAtEndOfWakeUp() {
    submissionScheduled = false;
    submitReady();
    submitted = 0;
    if (!ready.isEmpty()) {
      submissionScheduled = true;
      loop.execute(submission); // in the next wake-up, which begins with the results
    }
  }

  private void submitReady() {
    RingSocket socket;
    while (submitted < maxSends && (socket = ready.poll()) != null) {
      socket.submit();
    }
  }

  /** Puts an operation into the ring; returns its id, which is 0 if the thread is ending. */
  long submit(IoUringIoOps operation) {
    submitted++;
    return registration.submit(operation);
  }

  /**
   * Cancels an operation, which then completes as soon as the kernel no longer needs its memory.
   */
  void cancel(long id) {
    registration.submit(operation(ASYNC_CANCEL, -1, id, 0, 0, 0));
  }

  @Override
  public void handle(IoRegistration ignored, IoEvent ioEvent) {
    IoUringIoEvent event = (IoUringIoEvent) ioEvent;
    if (event.opcode() == SENDMSG) {
      RingSocket socket = sockets[(int) event.userData()];
      if (socket != null) { // always: a slot is freed after the result
        socket.onCompletion(event.res());
      }
    }
  }

  /** Cancels all sends, because the thread is ending. */
  @Override
  public void close() {
    for (int slot = 0; slot < slotCount; slot++) {
      RingSocket socket = sockets[slot];
      if (socket != null) {
        socket.cancel();
      }
    }
    registration.cancel();
  }
}
