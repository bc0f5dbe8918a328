import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletionStage;

/** A client based on the JDK alone; pipe-peer.mjs defines its line protocol. */
final class JavaClient implements WebSocket.Listener {

  private final StringBuilder text = new StringBuilder();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  public static void main(String[] args) throws IOException {
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(args[0]), new JavaClient())
            .join();
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String command;
    while ((command = commands.readLine()) != null && !socket.isOutputClosed()) {
      String payload = command.substring(command.indexOf(' ') + 1);
      if (command.startsWith("text ")) {
        socket.sendText(payload, true).join();
      } else {
        socket.sendBinary(ByteBuffer.wrap(Base64.getDecoder().decode(payload)), true).join();
      }
    }
    socket
        .sendClose(WebSocket.NORMAL_CLOSURE, "")
        .handle((closed, failure) -> closed) // fails if the server closed first
        .join();
  }

  @Override
  public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
    text.append(part);
    if (last) {
      System.out.println("text " + text);
      text.setLength(0);
    }
    return WebSocket.Listener.super.onText(socket, part, last);
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer frame, boolean last) {
    byte[] part = new byte[frame.remaining()]; // the JDK may split even a complete frame
    frame.get(part);
    bytes.writeBytes(part);
    if (last) {
      System.out.println("binary " + Base64.getEncoder().encodeToString(bytes.toByteArray()));
      bytes.reset();
    }
    return WebSocket.Listener.super.onBinary(socket, frame, last);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    System.out.println("closed " + code);
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable failure) {
    failure.printStackTrace();
  }
}
