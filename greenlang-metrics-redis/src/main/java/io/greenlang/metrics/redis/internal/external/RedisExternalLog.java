package io.greenlang.metrics.redis.internal.external;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.connection.RedisCommand;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.connection.Script;
import io.greenlang.metrics.redis.internal.log.Scripts;
import io.greenlang.metrics.redis.internal.support.Epoch;
import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.ArrayList;
import java.util.List;

/**
 * The log of external publications in Redis. The leader holds a lease: a key that names its holder,
 * and expires unless it is renewed.
 */
final class RedisExternalLog implements ExternalLog {

  /** The key of the lease. */
  static final byte[] LEASE = Keys.bytes("greenlang:foreign");

  /** The publisher name under which the last sequence is stored; no instance has such a name. */
  static final String PUBLISHER = "foreign";

  /** The lease is renewed once per second, so two renewals may be lost. */
  private static final byte[] LEASE_MILLIS = Keys.bytes(3_000);

  private static final Script RENEW =
      new Script(
          """
          local holder = redis.call('GET', KEYS[1])
          if holder and holder ~= ARGV[1] then
            return 0
          end
          redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
          return 1
          """);

  /**
   * {@link Scripts#LOG}, if the stored sequence (its third key) precedes that of the first message.
   */
  private static final Script LOG_NEXT =
      new Script(
          """
          if (tonumber(redis.call('GET', KEYS[3]) or '0') or 0) + 1 ~= tonumber(ARGV[8]) then
            return 0
          end
          """
              + new String(Scripts.LOG.source(), UTF_8));

  private static final Script RESIGN =
      new Script(
          """
          if redis.call('GET', KEYS[1]) == ARGV[1] then
            redis.call('DEL', KEYS[1])
          end
          return 0
          """);

  private final RedisBrokerConfig config;
  private final NodeConnections connections;
  private final byte[] instanceId;
  private final byte[] publishCommand;
  private boolean leading;

  RedisExternalLog(BrokerContext context) {
    this.config = context.config();
    this.connections = context.newConnections();
    this.instanceId = Keys.bytes(config.instanceId());
    this.publishCommand = Keys.bytes(context.publishCommand().name());
  }

  @Override
  public boolean acquireLease() throws RedisException {
    leading = false;
    Object reply = RENEW.call(connections, LEASE, Keys.bytes(1), LEASE, instanceId, LEASE_MILLIS);
    leading = Replies.number(reply) == 1;
    return leading;
  }

  @Override
  public long lastPublisherSequence(Channel channel) throws RedisException {
    byte[] key = Keys.publisherSequence(channel, PUBLISHER);
    String text = Replies.text(connections.call(key, RedisCommand.GET, key));
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new RedisException(
          RedisException.Kind.CONFLICTING_DATA,
          "Redis holds another program's data under the key "
              + Replies.text(key)
              + ", which this library uses; move one of the two to another database");
    }
  }

  @Override
  public boolean append(
      Channel channel, long publisherSequence, String mark, int count, byte[] payload)
      throws RedisException {
    byte[] log = Keys.log(channel);
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(Keys.bytes(4));
    arguments.add(log);
    arguments.add(Keys.meta(channel));
    arguments.add(Keys.publisherSequence(channel, PUBLISHER));
    arguments.add(Keys.bytes(Keys.busTopic(channel)));
    addSettings(arguments);
    arguments.add(Keys.bytes(mark));
    arguments.add(Keys.bytes(publisherSequence));
    arguments.add(Keys.bytes(count));
    arguments.add(payload);
    return LOG_NEXT.call(connections, log, arguments.toArray(new byte[0][])) instanceof List<?>;
  }

  private void addSettings(List<byte[]> arguments) {
    arguments.add(Keys.bytes(Epoch.random()));
    arguments.add(Keys.bytes("")); // no epoch ends here: this instance has not seen the log
    arguments.add(Keys.bytes(0));
    arguments.add(Keys.bytes(config.logRetention().toMillis()));
    arguments.add(Keys.bytes(config.logBytes()));
    arguments.add(publishCommand);
  }

  @Override
  public void close() {
    try (connections) {
      if (leading) {
        RESIGN.call(connections, LEASE, Keys.bytes(1), LEASE, instanceId);
      }
    } catch (RedisException e) {
      leading = false; // it expires in three seconds
    }
  }
}
