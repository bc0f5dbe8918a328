package io.greenlang.metrics.testkit;

import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.websocket.internal.protocol.MessagePackFrameEncoder;

class MessagePackFrameEncoderTest extends FrameEncoderContract {

  @Override
  protected FrameEncoder encoder() {
    return MessagePackFrameEncoder.INSTANCE;
  }
}
