package io.greenlang.metrics.redis.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.security.ResumingWitness;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fault: an instance is killed. Its clients resume on another one and miss nothing; the clients of
 * the others notice nothing. {@code make reconnect} does this with 5,000 clients.
 */
class InstanceKillTest {

  private static final int CLIENTS = AttackSize.of(10);

  @RegisterExtension final RedisUnderAttack attacked = new RedisUnderAttack();
  @TempDir private Path folder;

  @Test
  void instance_killed_clientsResumeElsewhereAndOthersMissNothing() throws Exception {
    List<ResumingWitness> clients = new ArrayList<>();
    try (InstanceProcess killed = start("killed");
        InstanceProcess survivor = start("survivor");
        AttackedServer server = attacked.startForManyClients()) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(ResumingWitness.start(List.of(url(killed, i), url(survivor, i))));
      }
      RedisUnderAttack.awaitAll(clients, server);
      server.withstand(
          "an instance is killed",
          50,
          () -> {
            killed.kill();
            server.witness().awaitMore(50);
            RedisUnderAttack.awaitAll(clients, server);
          });
      assertThat(clients).allMatch(client -> client.closeCodes().equals(List.of(1006)));
    } finally {
      clients.forEach(ResumingWitness::close);
    }
  }

  private InstanceProcess start(String name) {
    return new InstanceProcess(attacked.redis.url(), folder.resolve(name), "warn");
  }

  /** Returns a URL with the token of another subject for each client. */
  private static URI url(InstanceProcess instance, int client) {
    return URI.create(instance.url() + "?token=" + ContractTokens.ofSubject("client-" + client));
  }
}
