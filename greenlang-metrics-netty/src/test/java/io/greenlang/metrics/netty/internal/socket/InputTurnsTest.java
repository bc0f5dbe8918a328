package io.greenlang.metrics.netty.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The turns in which the input of one connection is passed on. */
class InputTurnsTest {

  private static final int PIECE = InputTurns.PIECE_BYTES;

  private final EmbeddedChannel channel = new EmbeddedChannel(new InputTurns());

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  /** Writes input without running the tasks of the channel. */
  private ByteBuf write(int bytes) {
    ByteBuf input = Unpooled.buffer(bytes).writeZero(bytes);
    channel.pipeline().fireChannelRead(input);
    return input;
  }

  private List<Integer> passed() {
    List<Integer> sizes = new ArrayList<>();
    for (ByteBuf piece = channel.readInbound(); piece != null; piece = channel.readInbound()) {
      sizes.add(piece.readableBytes());
      piece.release();
    }
    return sizes;
  }

  private boolean reads() {
    return channel.config().isAutoRead();
  }

  @Test
  void input_ofOnePiece_isPassedOnAtOnce() {
    write(PIECE);
    assertThat(reads()).isTrue();
    assertThat(passed()).containsExactly(PIECE);
  }

  @Test
  void input_ofSeveralPieces_isPassedOnInTurns() {
    List<List<Integer>> turns = new ArrayList<>();
    ByteBuf input = write(2 * PIECE + 1);
    channel.eventLoop().execute(() -> turns.add(passed()));
    assertThat(passed()).containsExactly(PIECE);
    assertThat(reads()).isFalse();
    channel.runPendingTasks();
    assertThat(turns).as("before the task of another connection").containsExactly(List.of(PIECE));
    assertThat(passed()).containsExactly(1);
    assertThat(reads()).isTrue();
    assertThat(input.refCnt()).isZero();
  }

  @Test
  void input_thatArrivesWhilePiecesWait_followsThem() {
    Random random = new Random(5);
    ByteBuf expected = Unpooled.buffer();
    for (int i = 0; i < 20; i++) {
      byte[] bytes = new byte[random.nextInt(4 * PIECE)];
      random.nextBytes(bytes);
      expected.writeBytes(bytes);
      channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(bytes));
    }
    channel.runPendingTasks();
    ByteBuf received = Unpooled.buffer();
    for (ByteBuf piece = channel.readInbound(); piece != null; piece = channel.readInbound()) {
      assertThat(piece.readableBytes()).isLessThanOrEqualTo(PIECE);
      received.writeBytes(piece);
      piece.release();
    }
    assertThat(received).isEqualTo(expected);
    assertThat(reads()).isTrue();
  }

  @Test
  void input_whenConnectionEnds_isPassedOnFirst() {
    ByteBuf input = write(3 * PIECE);
    channel.pipeline().fireChannelInactive();
    assertThat(passed()).containsExactly(PIECE, PIECE, PIECE);
    assertThat(input.refCnt()).isZero();
    channel.runPendingTasks();
    assertThat(passed()).isEmpty();
  }

  @Test
  void input_whenHandlerIsRemoved_isReleased() {
    ByteBuf input = write(3 * PIECE);
    channel.pipeline().remove(InputTurns.class);
    assertThat(passed()).containsExactly(PIECE);
    assertThat(input.refCnt()).isZero();
    channel.runPendingTasks();
    assertThat(passed()).isEmpty();
  }
}
