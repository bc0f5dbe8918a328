package io.greenlang.metrics.websocket.jakarta;

import jakarta.websocket.SendHandler;
import jakarta.websocket.Session;
import java.lang.invoke.LambdaConversionException;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * {@code WebSockets.sendText} of bytes, a public method of Undertow's, with the callback that its
 * sessions make of a handler.
 *
 * <p>Both are called by way of lambdas that are made when first needed, just as the compiler would
 * if it knew Undertow: the virtual machine inlines those, and not a method handle in a field, which
 * costs as much as what this saves. They are the same for all sessions, for the same reason.
 */
final class UndertowTexts {

  private static final String SESSION = "io.undertow.websockets.jsr.UndertowSession";

  /** The method. */
  @FunctionalInterface
  interface SendText {

    /** Sends to a {@code WebSocketChannel}, and tells a {@code WebSocketCallback}. */
    void send(ByteBuffer utf8, Object channel, Object callback);
  }

  private final SendText sendText;
  private final Function<SendHandler, Object> callbacks;

  private UndertowTexts(SendText sendText, Function<SendHandler, Object> callbacks) {
    this.sendText = sendText;
    this.callbacks = callbacks;
  }

  static boolean areWaysTo(Session session) {
    return session.getClass().getName().equals(SESSION);
  }

  /**
   * Finds them.
   *
   * @param loader of Undertow's classes
   */
  @SuppressWarnings("unchecked") // a class says nothing of its parameters
  static UndertowTexts find(ClassLoader loader)
      throws ReflectiveOperationException, LambdaConversionException {
    Class<?> channel = Class.forName("io.undertow.websockets.core.WebSocketChannel", true, loader);
    Class<?> callback =
        Class.forName("io.undertow.websockets.core.WebSocketCallback", true, loader);
    Class<?> webSockets = Class.forName("io.undertow.websockets.core.WebSockets", true, loader);
    Class<?> adapter = Class.forName("io.undertow.websockets.jsr.SendHandlerAdapter", true, loader);
    MethodHandles.Lookup here = MethodHandles.lookup();
    MethodHandles.Lookup there = MethodHandles.privateLookupIn(adapter, here);
    MethodHandle sendText =
        here.findStatic(
            webSockets,
            "sendText",
            MethodType.methodType(void.class, ByteBuffer.class, channel, callback));
    MethodHandle callbacks =
        there.findConstructor(adapter, MethodType.methodType(void.class, SendHandler.class));
    return new UndertowTexts(
        lambda(
            here,
            SendText.class,
            "send",
            MethodType.methodType(void.class, ByteBuffer.class, Object.class, Object.class),
            sendText),
        (Function<SendHandler, Object>)
            lambda(
                there,
                Function.class,
                "apply",
                MethodType.methodType(Object.class, Object.class),
                callbacks));
  }

  ReadyText to(Session session) throws ReflectiveOperationException {
    Object channel = session.getClass().getMethod("getWebSocketChannel").invoke(session);
    return (utf8, handler) -> sendText.send(utf8, channel, callbacks.apply(handler));
  }

  /**
   * Makes one.
   *
   * @param erased the arguments of the interface's method, some of which are objects where {@code
   *     method} has Undertow's types
   */
  private static <T> T lambda(
      MethodHandles.Lookup lookup,
      Class<T> type,
      String name,
      MethodType erased,
      MethodHandle method)
      throws ReflectiveOperationException, LambdaConversionException {
    MethodHandle made =
        LambdaMetafactory.metafactory(
                lookup, name, MethodType.methodType(type), erased, method, method.type())
            .getTarget();
    try {
      return type.cast(made.invoke());
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new ReflectiveOperationException(e);
    }
  }
}
