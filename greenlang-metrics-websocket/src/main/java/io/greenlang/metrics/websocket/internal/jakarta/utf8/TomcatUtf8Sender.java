package io.greenlang.metrics.websocket.internal.jakarta.utf8;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;

/**
 * A text sender for Tomcat 10.1 and 11. It calls {@code WsRemoteEndpointImplBase.startMessage},
 * which all of Tomcat's asynchronous sends end in. The part of {@code sendText} that this skips
 * prevents a second concurrent send; {@code FrameSender} never starts one.
 */
final class TomcatUtf8Sender implements Utf8TextSender {

  private static final String REMOTE = "org.apache.tomcat.websocket.WsRemoteEndpointAsync";

  private static final MethodType START_MESSAGE =
      MethodType.methodType(
          void.class, Object.class, byte.class, ByteBuffer.class, boolean.class, SendHandler.class);

  private final Object endpoint;
  private final MethodHandle startMessage;

  TomcatUtf8Sender(RemoteEndpoint.Async remote) throws ReflectiveOperationException {
    Field base = remote.getClass().getSuperclass().getDeclaredField("base");
    base.setAccessible(true);
    Method method =
        base.getType()
            .getDeclaredMethod(
                "startMessage", byte.class, ByteBuffer.class, boolean.class, SendHandler.class);
    method.setAccessible(true);
    endpoint = base.get(remote);
    startMessage = MethodHandles.lookup().unreflect(method).asType(START_MESSAGE);
  }

  static boolean supports(RemoteEndpoint.Async remote) {
    return remote.getClass().getName().equals(REMOTE);
  }

  @Override
  public void send(ByteBuffer utf8, SendHandler handler) {
    boolean last = true;
    try {
      startMessage.invokeExact(endpoint, (byte) FrameIterator.TEXT, utf8, last, handler);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("Tomcat did not accept the text", e);
    }
  }
}
