package io.greenlang.metrics.e2e;

import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A client based on Tyrus' standalone client; pipe-peer.mjs defines its line protocol. */
final class TyrusClient extends Endpoint {

  private TyrusClient() {}

  public static void main(String[] args) throws IOException, DeploymentException {
    Session session =
        ContainerProvider.getWebSocketContainer()
            .connectToServer(
                new TyrusClient(),
                ClientEndpointConfig.Builder.create().build(),
                URI.create(args[0]));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String command;
    while ((command = commands.readLine()) != null && session.isOpen()) {
      String payload = command.substring(command.indexOf(' ') + 1);
      if (command.startsWith("text ")) {
        session.getBasicRemote().sendText(payload);
      } else {
        session.getBasicRemote().sendBinary(ByteBuffer.wrap(Base64.getDecoder().decode(payload)));
      }
    }
    session.close();
    System.exit(0); // Tyrus' threads would keep the JVM alive
  }

  @Override
  public void onOpen(Session session, EndpointConfig config) {
    session.addMessageHandler(
        String.class, (MessageHandler.Whole<String>) text -> System.out.println("text " + text));
    session.addMessageHandler(
        ByteBuffer.class,
        (MessageHandler.Whole<ByteBuffer>)
            frame -> {
              byte[] bytes = new byte[frame.remaining()];
              frame.get(bytes);
              System.out.println("binary " + Base64.getEncoder().encodeToString(bytes));
            });
  }

  @Override
  public void onClose(Session session, CloseReason reason) {
    System.out.println("closed " + reason.getCloseCode().getCode());
  }

  @Override
  public void onError(Session session, Throwable failure) {
    failure.printStackTrace();
  }
}
