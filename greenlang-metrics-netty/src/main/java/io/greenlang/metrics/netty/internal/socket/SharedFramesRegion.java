package io.greenlang.metrics.netty.internal.socket;

import io.greenlang.metrics.frame.SharedFrames;
import io.netty.channel.Channel;
import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.AbstractReferenceCounted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A part of a feed's shared heap memory that is being written to one socket. Feeds use the heap
 * while no direct memory is available. Netty copies a buffer on the heap into direct memory when it
 * is queued, so a thousand clients that do not read would have a thousand copies of the same
 * frames. It does not copy a file region, which writes itself when the socket accepts more. This
 * one writes through the {@link CopyBuffer} of the I/O thread. It owns a reference to the memory,
 * and releases it once the part has been sent. Used on the I/O thread.
 */
public final class SharedFramesRegion extends AbstractReferenceCounted implements FileRegion {

  /** Counts the bytes of these regions as unsent, which Netty does not for file regions. */
  public static final MessageSizeEstimator SIZES =
      () -> {
        MessageSizeEstimator.Handle others = DefaultMessageSizeEstimator.DEFAULT.newHandle();
        return message ->
            message instanceof SharedFramesRegion region ? region.length : others.size(message);
      };

  private final SharedFrames frames;
  private final int from;
  private final int length;
  private int transferred;

  /**
   * Creates a region of the bytes between two positions, which takes over the caller's reference to
   * the frames.
   */
  public SharedFramesRegion(SharedFrames frames, int from, int to) {
    this.frames = frames;
    this.from = from;
    this.length = to - from;
  }

  /** Returns whether a channel accepts these regions. */
  public static boolean isAcceptedBy(Channel channel) {
    return !(channel instanceof IoUringSocketChannel);
  }

  @Override
  public long transferTo(WritableByteChannel target, long position) throws IOException {
    ByteBuffer copy = CopyBuffer.ofThread();
    if (copy == null) {
      throw new IOException("the I/O thread has no direct memory to write frames");
    }
    int start = Math.toIntExact(position);
    int count = Math.min(copy.capacity(), length - start);
    copy.put(0, frames.bytes(), from + start, count);
    int written = target.write(copy.slice(0, count));
    transferred += Math.max(0, written);
    return written;
  }

  @Override
  public long position() {
    return from;
  }

  @Override
  public long transferred() {
    return transferred;
  }

  @Override
  @Deprecated
  public long transfered() {
    return transferred;
  }

  @Override
  public long count() {
    return length;
  }

  @Override
  protected void deallocate() {
    frames.release();
  }

  @Override
  public FileRegion retain() {
    super.retain();
    return this;
  }

  @Override
  public FileRegion retain(int increment) {
    super.retain(increment);
    return this;
  }

  @Override
  public FileRegion touch() {
    return this;
  }

  @Override
  public FileRegion touch(Object hint) {
    return this;
  }
}
