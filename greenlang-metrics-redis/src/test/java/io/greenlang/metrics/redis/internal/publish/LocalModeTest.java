package io.greenlang.metrics.redis.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue.QueuedPublication;
import io.greenlang.metrics.redis.internal.publish.PublishQueue.LocalDelivery;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalModeTest {

  private static final byte[] PAYLOAD = {1};

  private final LocalMode localMode = new LocalMode();

  private static QueuedPublication publication(long publisherSequence) {
    return new QueuedPublication(publisherSequence, 1, PAYLOAD);
  }

  @Test
  void enter_unconfirmedPublications_arePolledBeforePendingOnes() {
    localMode.onLogged(publication(1));
    localMode.onLogged(publication(2));
    localMode.onConfirmed(1);
    localMode.enter(List.of(publication(3)));
    localMode.onQueued(publication(4));

    assertThat(localMode.isActive()).isTrue();
    assertThat(localMode.poll().next()).isEqualTo(publication(2));
    assertThat(localMode.poll().next()).isEqualTo(publication(3));
    assertThat(localMode.poll().next()).isEqualTo(publication(4));
  }

  @Test
  void onBatchLogged_untilAllQueued_isRejoining() {
    localMode.enter(List.of(publication(1), publication(2), publication(3)));

    assertThat(localMode.onBatchLogged(1, 3)).isFalse();
    assertThat(localMode.isActive()).isFalse();
    assertThat(localMode.isFollowing()).isFalse();
    assertThat(localMode.poll()).isEqualTo(new LocalDelivery(0, null));
    assertThat(localMode.onBatchLogged(2, 4)).isFalse();
    assertThat(localMode.onBatchLogged(3, 4)).isTrue();
    assertThat(localMode.isFollowing()).isTrue();
  }

  @Test
  void enter_whileRejoining_isActiveAgain() {
    localMode.enter(List.of(publication(1), publication(2)));
    localMode.onBatchLogged(1, 2);
    localMode.enter(List.of(publication(2)));

    assertThat(localMode.isActive()).isTrue();
    assertThat(localMode.onBatchLogged(2, 2)).isTrue();
  }

  @Test
  void onBatchLogged_following_doesNotRejoin() {
    assertThat(localMode.onBatchLogged(1, 1)).isFalse();
    assertThat(localMode.isFollowing()).isTrue();
  }

  @Test
  void onDropped_undelivered_isReportedWithNextPublication() {
    localMode.enter(List.of(publication(1), publication(2), publication(3)));
    localMode.onDropped(publication(2));

    LocalDelivery delivery = localMode.poll();

    assertThat(delivery.lostMetrics()).isEqualTo(2);
    assertThat(delivery.next()).isEqualTo(publication(3));
    assertThat(localMode.poll()).isEqualTo(new LocalDelivery(0, null));
  }

  @Test
  void tryStartBatch_localMode_needsOneRequestEach() {
    assertThat(localMode.tryStartBatch()).isTrue();
    localMode.enter(List.of(publication(1)));
    assertThat(localMode.tryStartBatch()).isFalse();

    localMode.requestRetry();

    assertThat(localMode.tryStartBatch()).isTrue();
    assertThat(localMode.tryStartBatch()).isFalse();
  }

  @Test
  void trySignal_again_onlyAfterAllWasPolled() {
    localMode.enter(List.of(publication(1)));
    assertThat(localMode.trySignal()).isTrue();
    assertThat(localMode.trySignal()).isFalse();

    localMode.poll();
    assertThat(localMode.trySignal()).isFalse();
    localMode.poll();
    assertThat(localMode.trySignal()).isTrue();
  }
}
