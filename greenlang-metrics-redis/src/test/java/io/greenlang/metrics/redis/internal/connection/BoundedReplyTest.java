package io.greenlang.metrics.redis.internal.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.PushConsumer;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.PushMessage;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.RedisInputStream;

final class BoundedReplyTest {

  private static final PushConsumerChain NO_PUSHES =
      new PushConsumerChain() {
        @Override
        public PushMessage process(PushMessage message) {
          return message;
        }

        @Override
        public List<PushConsumer> getConsumers() {
          return List.of();
        }
      };

  private static RedisInputStream stream(String bytes) {
    return new RedisInputStream(new ByteArrayInputStream(bytes.getBytes(ISO_8859_1)), 7);
  }

  private static @Nullable Object read(RedisInputStream in, long maxBytes) {
    return new BoundedReply(in, NO_PUSHES, maxBytes, () -> {}).read();
  }

  @Test
  void read_allTypes_equalThoseOfJedis() {
    RedisInputStream in =
        stream("+OK\r\n:17\r\n$3\r\nabc\r\n$0\r\n\r\n$-1\r\n*-1\r\n*2\r\n:1\r\n*1\r\n$1\r\nx\r\n");

    assertThat(Replies.text(read(in, 10))).isEqualTo("OK");
    assertThat(read(in, 10)).isEqualTo(17L);
    assertThat(Replies.text(read(in, 10))).isEqualTo("abc");
    assertThat(Replies.bytes(read(in, 10))).isEmpty();
    assertThat(read(in, 10)).isNull();
    assertThat(read(in, 10)).isNull();
    List<?> list = Replies.list(read(in, 10));
    assertThat(list.get(0)).isEqualTo(1L);
    assertThat(Replies.text(Replies.list(list.get(1)).get(0))).isEqualTo("x");
  }

  @Test
  void read_longText_reportsParts() {
    AtomicInteger parts = new AtomicInteger();
    RedisInputStream in = stream("$20000\r\n" + "x".repeat(20_000) + "\r\n$3\r\nabc\r\n");

    new BoundedReply(in, NO_PUSHES, 6, parts::incrementAndGet).read();
    int ofLongText = parts.get();
    new BoundedReply(in, NO_PUSHES, 6, parts::incrementAndGet).read();

    assertThat(ofLongText).isGreaterThanOrEqualTo(2);
    assertThat(parts).hasValue(ofLongText);
  }

  @Test
  void read_aboveLimit_isDiscarded() {
    String oversized = "$20000\r\n" + "x".repeat(20_000) + "\r\n";
    RedisInputStream in = stream("*3\r\n$4\r\nabcd\r\n" + oversized + "$2\r\nef\r\n:9\r\n");

    List<?> list = Replies.list(read(in, 6));

    assertThat(Replies.text(list.get(0))).isEqualTo("abcd");
    assertThat(list.get(1)).isSameAs(BoundedReply.TOO_LARGE);
    assertThat(Replies.text(list.get(2))).isEqualTo("ef");
    assertThat(read(in, 6)).isEqualTo(9L);
  }

  @Test
  void read_error_isThrownOrAnElementOfList() {
    RedisInputStream in = stream("-OOM command\r\n*2\r\n-NOSCRIPT it\r\n:1\r\n");

    assertThatExceptionOfType(JedisDataException.class)
        .isThrownBy(() -> read(in, 10))
        .withMessage("OOM command");
    List<?> list = Replies.list(read(in, 10));
    assertThat(list.get(0)).isInstanceOf(JedisDataException.class);
    assertThat(list.get(1)).isEqualTo(1L);
  }

  @Test
  void read_truncatedStream_throwsConnectionException() {
    for (String cut : List.of("", "$5\r\nab", "$5000\r\nab", "*2\r\n:1\r\n", "$3\r\nabc\r")) {
      assertThatExceptionOfType(JedisConnectionException.class)
          .as(cut)
          .isThrownBy(() -> read(stream(cut), 100));
    }
  }
}
