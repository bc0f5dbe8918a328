package io.greenlang.metrics.websocket.transport;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of the dashboard, with its precompressed copies.
 *
 * @param contentType the media type
 * @param identity the bytes of the file itself
 * @param compressed the precompressed copies, the preferred one first
 */
public record StaticFile(
    String contentType, Representation identity, List<Representation> compressed) {

  /** Matches the weight of a content coding (RFC 9110, section 12.4.2). */
  private static final Pattern WEIGHT =
      Pattern.compile("\\s*[qQ]=(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?)\\s*");

  /** Creates a file. */
  public StaticFile {
    compressed = List.copyOf(compressed);
  }

  /**
   * The bytes of a file in one content coding.
   *
   * @param contentEncoding the value of {@code Content-Encoding}; null for the file itself
   * @param content the bytes, outside the heap, so that the socket reads them in place: otherwise
   *     each client that reads slowly would take a copy
   * @param entityTag the value of HTTP's {@code ETag} header for these bytes
   */
  public record Representation(
      @Nullable String contentEncoding, ByteBuffer content, String entityTag) {

    /** Returns whether one of the values of {@code If-None-Match} matches these bytes. */
    public boolean matchesEntityTag(List<String> ifNoneMatch) {
      for (String tag : Handshake.splitLists(ifNoneMatch)) {
        String strong = tag.replaceFirst("^W/", "");
        if (strong.equals(entityTag) || strong.equals("*")) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Returns whether the response depends on {@code Accept-Encoding}. Then it must have a header
   * {@code Vary: Accept-Encoding}, so that a cache keeps the representations apart.
   */
  public boolean varies() {
    return !compressed.isEmpty();
  }

  /**
   * Returns the representation that a client prefers: a compressed one if the client accepts it.
   *
   * @param acceptEncoding the values of {@code Accept-Encoding}
   */
  public Representation select(List<String> acceptEncoding) {
    Representation selected = identity;
    double best = 0;
    List<String> accepted = Handshake.splitLists(acceptEncoding);
    for (Representation each : compressed) {
      double weight = weight(accepted, String.valueOf(each.contentEncoding));
      if (weight > best) {
        selected = each;
        best = weight;
      }
    }
    return selected;
  }

  /** Returns the weight that a client gives to a coding, from 0 to 1; 0 if it accepts none. */
  private static double weight(List<String> accepted, String coding) {
    double ofOthers = 0;
    for (String element : accepted) {
      String[] parts = element.split(";", 2);
      String name = parts[0].trim();
      if (name.equalsIgnoreCase(coding)) {
        return weight(parts);
      }
      if (name.equals("*")) {
        ofOthers = weight(parts);
      }
    }
    return ofOthers;
  }

  private static double weight(String[] parts) {
    if (parts.length == 1) {
      return 1;
    }
    Matcher weight = WEIGHT.matcher(parts[1]);
    return weight.matches() ? Double.parseDouble(weight.group(1)) : 0;
  }
}
