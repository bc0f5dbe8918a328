package io.greenlang.metrics.testkit;

import io.greenlang.metrics.feed.FrameEncoder;
import io.greenlang.metrics.websocket.protocol.MessagePackFrameEncoder;

class MessagePackFrameEncoderTest extends FrameEncoderContract {

  @Override
  protected FrameEncoder encoder() {
    return MessagePackFrameEncoder.INSTANCE;
  }
}
