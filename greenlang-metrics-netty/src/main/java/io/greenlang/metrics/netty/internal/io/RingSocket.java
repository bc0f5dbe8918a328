package io.greenlang.metrics.netty.internal.io;

import io.greenlang.metrics.frame.SharedFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.uring.IoUringIoOps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The output of one connection through io_uring. At most one send is in the ring. It gathers the
 * frames that were written before it. The kernel reads shared direct memory in place, so each
 * reference is held until the kernel has completed the send. Later frames follow with the next one.
 *
 * <p>The kernel waits for a full socket by itself, and completes the send with the number of bytes
 * that the socket accepted. The operation is created once per connection, so a send allocates
 * nothing.
 *
 * <p>The descriptor cannot belong to another connection when the kernel executes the send. Netty
 * closes it with an operation in the same ring, which follows every send that was submitted while
 * the channel was open.
 *
 * <p>Confined to the I/O thread.
 */
public final class RingSocket {

  /** The bytes and pieces after which a connection accepts no more until they are sent. */
  private static final int MAX_BYTES = 65_536;

  private static final int MAX_PIECES = 32;

  /** The pieces after which no pong is accepted, because the peer does not read. */
  private static final int MAX_PIECES_WITH_PONGS = 128;

  private final Channel channel;
  private final RingSender sender;
  private final Consumer<IOException> onFailure;
  private final PieceQueue pieces = new PieceQueue();
  private final int slot;
  private final IoUringIoOps send;

  /** True if a send is in the ring. */
  private boolean sending;

  private long bytesAtSubmission;
  private long sendId;
  private boolean queued;
  private boolean closed;
  private boolean ended;

  /** True if the connection refused frames, and must report when it accepts them again. */
  private boolean refused;

  /** True if a copy in the arena of the thread is in the ring. */
  private boolean inArena;

  /** True if the socket refused a copy, so that the next one waits for it. */
  private boolean socketFull;

  /** The copy in the ring for which the kernel may wait; otherwise null. */
  private @Nullable ByteBuf ownCopy;

  private @Nullable ChannelPromise allSent;

  private RingSocket(Channel channel, RingSender sender, Consumer<IOException> onFailure) {
    this.channel = channel;
    this.sender = sender;
    this.onFailure = onFailure;
    this.slot = sender.openSlot(this);
    this.send = sender.newSend(descriptor(), slot, true);
    channel.closeFuture().addListener(ignored -> onClosed());
  }

  /**
   * Returns the output of a channel; null if its thread does not use io_uring, or if the memory for
   * it is refused.
   *
   * @param onFailure receives the error of a send, after which nothing more is sent
   */
  public static @Nullable RingSocket of(Channel channel, Consumer<IOException> onFailure) {
    RingSender sender = RingSender.ofThread();
    try {
      return sender == null ? null : new RingSocket(channel, sender, onFailure);
    } catch (OutOfMemoryError e) {
      return null; // the caller uses Netty's queue
    }
  }

  private int descriptor() {
    return ((UnixChannel) channel).fd().intValue();
  }

  /**
   * Returns whether little output waits for the kernel, and remembers a refusal, after which the
   * listener is called. A slow peer fills its socket first, and then this queue.
   */
  public boolean isWritable() {
    boolean writable = pieces.count() < MAX_PIECES && pieces.bytes() < MAX_BYTES;
    refused |= !writable;
    return writable;
  }

  /** Returns whether a pong can be queued, even if the connection is not writable. */
  public boolean acceptsPong() {
    return pieces.count() < MAX_PIECES_WITH_PONGS;
  }

  /**
   * Returns the number of unsent bytes when the send in the ring began; 0 if there is none. It does
   * not grow with the queue: a peer that stopped reading must not seem to make progress.
   */
  public long unsentBytes() {
    return sending ? bytesAtSubmission : 0;
  }

  /** Queues bytes for {@link #flush}, and takes over the reference. */
  public void write(SharedFrames frames, int from, int to) {
    if (closed || from == to) {
      frames.release();
    } else {
      pieces.add(frames, from, to);
    }
  }

  /** Sends everything that was written, at the end of the current wake-up. */
  public void flush() {
    if (!sending && !queued && pieces.count() > 0) {
      queued = true;
      sender.enqueue(this);
    }
  }

  /**
   * Sends the last bytes; returns a future that completes when the kernel has accepted all of them.
   */
  public ChannelFuture writeLast(byte[] bytes) {
    ChannelPromise promise = channel.newPromise();
    if (closed) {
      return promise.setFailure(new ClosedChannelException());
    }
    allSent = promise;
    write(new SharedFrames(ByteBuffer.wrap(bytes), null), 0, bytes.length);
    flush();
    return promise;
  }

  /** Puts the operation into the ring. */
  void submit() {
    queued = false;
    if (closed || pieces.count() == 0 || !channel.isOpen()) {
      return; // onClosed discards the rest
    }
    if (pieces.isHeap(0)) {
      submitCopy();
    } else {
      submit(send, gather());
    }
  }

  private void submit(IoUringIoOps operation, int count) {
    sender.headers().setPieces(slot, count);
    sendId = sender.submit(operation);
    if (sendId == 0) {
      fail(new IOException("the I/O thread is ending"));
    } else {
      sending = true;
      bytesAtSubmission = pieces.bytes();
    }
  }

  private int gather() {
    int count = 0;
    int limit = Math.min(pieces.count(), MessageHeaders.MAX_PIECES);
    while (count < limit && !pieces.isHeap(count)) {
      long address = Buffer.memoryAddress(pieces.frames(count).bytes()) + pieces.start(count);
      sender.headers().setPiece(slot, count, address, pieces.length(count));
      count++;
    }
    return count;
  }

  /** Sends heap memory through a copy: feeds use the heap while direct memory is refused. */
  private void submitCopy() {
    if (socketFull) {
      submitOwnCopy();
      return;
    }
    int count = sender.copies().copy(pieces);
    if (count == 0) {
      waitForArena();
      return;
    }
    inArena = true;
    sender.headers().setPiece(slot, 0, sender.copies().address(count), count);
    submit(sender.newSend(descriptor(), slot, false), 1);
  }

  private void waitForArena() {
    if (sender.copies().isInUse()) {
      queued = true;
      sender.copies().await(this);
    } else {
      submitOwnCopy(); // the thread has no memory for an arena
    }
  }

  /** Queues again after the wait for space in the arena. */
  void retry() {
    queued = false;
    flush();
  }

  /** Sends a copy for which the kernel may wait, in memory of its own. */
  private void submitOwnCopy() {
    int length = Math.min(pieces.length(0), MAX_BYTES);
    try {
      ByteBuffer bytes = pieces.frames(0).bytes().slice(pieces.start(0), length);
      ByteBuf memory = Unpooled.directBuffer(length, length).writeBytes(bytes);
      ownCopy = memory;
      ByteBuffer view = memory.internalNioBuffer(0, length);
      sender.headers().setPiece(slot, 0, Buffer.memoryAddress(view) + view.position(), length);
      submit(send, 1);
    } catch (OutOfMemoryError e) {
      fail(new IOException("no direct memory for a copy of " + length + " bytes", e));
    }
  }

  /** Handles the result of the send: the number of bytes, or a negative error number. */
  void onCompletion(int result) {
    boolean copyRefused = inArena && result == Errors.ERRNO_EAGAIN_NEGATIVE;
    sending = false;
    freeCopies();
    socketFull = copyRefused;
    if (closed) {
      end();
    } else if (copyRefused) {
      flush();
    } else if (result > 0) {
      onSent(result);
    } else {
      fail(Errors.newIOException("sendmsg through io_uring", result));
    }
  }

  private void freeCopies() {
    if (ownCopy != null) {
      ownCopy.release();
      ownCopy = null;
    }
    if (inArena) {
      inArena = false;
      sender.copies().release();
    }
  }

  private void onSent(int count) {
    pieces.remove(count);
    flush();
    if (pieces.count() > 0) {
      return;
    }
    if (allSent != null) {
      allSent.trySuccess();
    }
    if (refused) {
      refused = false;
      channel.pipeline().fireChannelWritabilityChanged();
    }
  }

  private void fail(IOException cause) {
    pieces.clear();
    if (allSent != null) {
      allSent.tryFailure(cause);
    }
    onFailure.accept(cause);
  }

  private void onClosed() {
    closed = true;
    if (allSent != null) {
      allSent.tryFailure(new ClosedChannelException());
    }
    if (sending) {
      sender.cancel(sendId); // the kernel still uses the memory
    } else {
      end();
    }
  }

  /** Cancels a send that is in the ring. */
  void cancel() {
    if (sending) {
      sender.cancel(sendId);
    }
  }

  private void end() {
    pieces.clear();
    if (!ended) {
      ended = true;
      sender.freeSlot(slot);
    }
  }
}
