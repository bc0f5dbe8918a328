package io.greenlang.metrics.redis.internal.log;

import static io.greenlang.metrics.redis.fixture.Instance.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.TestInstances;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisConnectionFactory;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.RedisUri;
import io.greenlang.metrics.redis.internal.connection.Topology;
import io.greenlang.metrics.redis.rig.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class LogReaderTest {

  /** Arguments: the number of entries, the first offset, the size of each in bytes. */
  private static final String FILL =
      """
      for n = ARGV[2], ARGV[2] + ARGV[1] - 1 do
        redis.call('XADD', KEYS[1], '1-' .. string.format('%d', n), 'o', 'node', 's', n, 'c', 1,
            'm', n, 'b', 0, 'q', 1, 'p', string.rep('x', ARGV[3]))
      end
      """;

  @RegisterExtension
  final TestInstances instances = new TestInstances(RedisServer.start("--appendonly", "no"));

  private void fill(int count, int from, int bytes) {
    instances.redis.command(
        "EVAL",
        FILL,
        "1",
        "greenlang:{orders.metrics}:log",
        Integer.toString(count),
        Integer.toString(from),
        Integer.toString(bytes));
  }

  /** Pages grow with small entries; a page that then meets large ones exceeds the limit. */
  @Test
  void read_pageAboveLimit_isReadInParts() throws RedisException {
    fill(3_000, 1, 10);
    fill(140, 3_001, 1 << 20);
    RedisUri address = RedisUri.parse(instances.redis.url());
    RedisConnectionFactory connectionFactory =
        new RedisConnectionFactory(address, null, Instance.TIMEOUT);
    try (NodeConnections connections =
        new NodeConnections(Topology.of(address, connectionFactory), connectionFactory)) {
      LogReader reader = new LogReader(connections);
      String from = "-";
      long count = 0;
      LogReader.Page page;
      do {
        page = reader.read(ORDERS, from, "+");
        for (LogEntry entry : page.entries()) {
          assertThat(entry.offset()).isEqualTo(++count);
          assertThat(entry.payload()).hasSize(count > 3_000 ? 1 << 20 : 10);
        }
        from = "(1-" + count;
      } while (!page.isLast());
      assertThat(count).isEqualTo(3_140);
    }
  }
}
