import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Client of server-sent events that uses the JDK alone. It prints the offset of each batch of a
 * stream, and resumes with the id of the last event after a cut. The argument is the URL.
 */
final class EventStream {

  private static final Pattern OFFSET = Pattern.compile("\"type\":\"metrics\".*\"offset\":(\\d+)[,}]");

  private final HttpClient client = HttpClient.newHttpClient();
  private String lastId = "";

  public static void main(String[] args) throws InterruptedException {
    EventStream stream = new EventStream();
    while (true) {
      try {
        stream.read(URI.create(args[0]));
      } catch (IOException | UncheckedIOException e) {
        System.err.println("reconnecting after " + e);
      }
    }
  }

  private void read(URI url) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url).header("Authorization", "Bearer " + System.getenv("TOKEN"));
    if (!lastId.isEmpty()) {
      request.header("Last-Event-ID", lastId);
    }
    HttpResponse<Stream<String>> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofLines());
    if (response.statusCode() != 200) {
      throw new IOException("status " + response.statusCode());
    }
    try (Stream<String> lines = response.body()) {
      readEvents(lines.iterator());
    }
  }

  /** Reads events until the connection ends. An event that is cut is dropped. */
  private void readEvents(Iterator<String> lines) {
    String id = lastId;
    String data = "";
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("data: ")) {
        data = line.substring(6);
      } else if (line.isEmpty()) {
        lastId = id;
        Matcher offset = OFFSET.matcher(data);
        if (offset.find()) {
          System.out.println(offset.group(1));
        }
        data = "";
      }
    }
  }
}
