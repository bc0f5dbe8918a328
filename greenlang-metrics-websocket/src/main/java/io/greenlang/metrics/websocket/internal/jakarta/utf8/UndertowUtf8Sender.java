package io.greenlang.metrics.websocket.internal.jakarta.utf8;

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
 * A factory of text senders for Undertow. They call {@code WebSockets.sendText} with bytes, a
 * public method of Undertow, and the callback adapter that Undertow's sessions use for handlers.
 *
 * <p>Both are called through lambdas that are generated on first use, just as the compiler would if
 * it knew Undertow. The virtual machine inlines lambdas; it does not inline a method handle in a
 * field, which costs as much as this class saves. For the same reason, all sessions share the
 * lambdas.
 */
final class UndertowUtf8Sender {

  private static final String SESSION = "io.undertow.websockets.jsr.UndertowSession";

  /** The signature of {@code WebSockets.sendText}. */
  @FunctionalInterface
  interface SendText {

    /** Sends to a {@code WebSocketChannel}, and notifies a {@code WebSocketCallback}. */
    void send(ByteBuffer utf8, Object channel, Object callback);
  }

  private final SendText sendText;
  private final Function<SendHandler, Object> callbacks;

  private UndertowUtf8Sender(SendText sendText, Function<SendHandler, Object> callbacks) {
    this.sendText = sendText;
    this.callbacks = callbacks;
  }

  static boolean supports(Session session) {
    return session.getClass().getName().equals(SESSION);
  }

  /**
   * Looks up Undertow's methods.
   *
   * @param loader the class loader of Undertow
   */
  static UndertowUtf8Sender lookUp(ClassLoader loader)
      throws ReflectiveOperationException, LambdaConversionException {
    Class<?> channel = Class.forName("io.undertow.websockets.core.WebSocketChannel", true, loader);
    Class<?> callback =
        Class.forName("io.undertow.websockets.core.WebSocketCallback", true, loader);
    Class<?> webSockets = Class.forName("io.undertow.websockets.core.WebSockets", true, loader);
    Class<?> adapter = Class.forName("io.undertow.websockets.jsr.SendHandlerAdapter", true, loader);
    MethodHandle sendText =
        MethodHandles.lookup()
            .findStatic(
                webSockets,
                "sendText",
                MethodType.methodType(void.class, ByteBuffer.class, channel, callback));
    return new UndertowUtf8Sender(sendTextLambda(sendText), callbackLambda(adapter));
  }

  private static SendText sendTextLambda(MethodHandle sendText)
      throws ReflectiveOperationException, LambdaConversionException {
    return lambda(
        MethodHandles.lookup(),
        SendText.class,
        "send",
        MethodType.methodType(void.class, ByteBuffer.class, Object.class, Object.class),
        sendText);
  }

  @SuppressWarnings("unchecked") // a Class object has no type arguments
  private static Function<SendHandler, Object> callbackLambda(Class<?> adapter)
      throws ReflectiveOperationException, LambdaConversionException {
    MethodHandles.Lookup there = MethodHandles.privateLookupIn(adapter, MethodHandles.lookup());
    MethodHandle constructor =
        there.findConstructor(adapter, MethodType.methodType(void.class, SendHandler.class));
    return (Function<SendHandler, Object>)
        lambda(
            there,
            Function.class,
            "apply",
            MethodType.methodType(Object.class, Object.class),
            constructor);
  }

  Utf8TextSender senderFor(Session session) throws ReflectiveOperationException {
    Object channel = session.getClass().getMethod("getWebSocketChannel").invoke(session);
    return (utf8, handler) -> sendText.send(utf8, channel, callbacks.apply(handler));
  }

  /**
   * Generates a lambda.
   *
   * @param erased the signature of the interface's method; some of its parameters are {@code
   *     Object} where {@code method} has Undertow's types
   */
  private static <T> T lambda(
      MethodHandles.Lookup lookup,
      Class<T> type,
      String name,
      MethodType erased,
      MethodHandle method)
      throws ReflectiveOperationException, LambdaConversionException {
    MethodHandle factory =
        LambdaMetafactory.metafactory(
                lookup, name, MethodType.methodType(type), erased, method, method.type())
            .getTarget();
    try {
      return type.cast(factory.invoke());
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new ReflectiveOperationException(e);
    }
  }
}
