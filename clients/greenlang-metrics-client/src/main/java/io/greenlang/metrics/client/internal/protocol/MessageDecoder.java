package io.greenlang.metrics.client.internal.protocol;

import io.greenlang.metrics.client.model.MetricsClientException;
import io.greenlang.metrics.codec.DocumentLimits;
import io.greenlang.metrics.codec.DocumentReader;
import io.greenlang.metrics.codec.MalformedDocumentException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A decoder of the messages of one connection. It joins their fragments: text is JSON, binary data
 * is MessagePack. It holds at most one message, of at most {@link #MAX_BYTES}.
 *
 * <p>One thread at a time uses it, as the JDK calls the listener of a WebSocket.
 */
public final class MessageDecoder {

  /**
   * The maximum length of a message, in bytes of MessagePack or characters of JSON. A page of
   * history with 10,000 histograms and their buckets has about 20 MB.
   */
  public static final int MAX_BYTES = 64 << 20;

  /** Above the depth of every message: a name of 64 characters has 32 levels in a snapshot. */
  private static final int MAX_DEPTH = 48;

  private static final int MAX_NUMBER_LENGTH = 64;

  private static final DocumentLimits LIMITS =
      new DocumentLimits(4 * MAX_BYTES, MAX_DEPTH, MAX_NUMBER_LENGTH);
  private static final DocumentReader JSON = DocumentReader.json(LIMITS);
  private static final DocumentReader MESSAGE_PACK = DocumentReader.messagePackWithBinary(LIMITS);

  private StringBuilder text = new StringBuilder();
  private ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private boolean tooLong;
  private final ColumnarDecoder columns = new ColumnarDecoder();

  /** The result of the last fragment of a message: a message, or the reason why it is none. */
  public record Decoded(
      @Nullable ServerMessage message, @Nullable MetricsClientException failure) {}

  /** Adds a fragment of a text message; returns the message if the fragment is the last one. */
  public @Nullable Decoded addText(CharSequence fragment, boolean last) {
    if (last && text.isEmpty() && fits(0, fragment.length())) {
      return decode(JSON, fragment.toString().getBytes(StandardCharsets.UTF_8));
    }
    if (fits(text.length(), fragment.length())) {
      text.append(fragment);
    }
    if (!last) {
      return null;
    }
    byte[] document = text.toString().getBytes(StandardCharsets.UTF_8);
    text = new StringBuilder();
    return decode(JSON, document);
  }

  /** Adds a fragment of a binary message; returns the message if the fragment is the last one. */
  public @Nullable Decoded addBytes(ByteBuffer fragment, boolean last) {
    byte[] copy = new byte[fragment.remaining()];
    fragment.get(copy);
    if (last && bytes.size() == 0 && fits(0, copy.length)) {
      return decode(MESSAGE_PACK, copy);
    }
    if (fits(bytes.size(), copy.length)) {
      bytes.writeBytes(copy);
    }
    if (!last) {
      return null;
    }
    byte[] document = bytes.toByteArray();
    bytes = new ByteArrayOutputStream();
    return decode(MESSAGE_PACK, document);
  }

  private boolean fits(int present, int added) {
    tooLong |= (long) present + added > MAX_BYTES;
    return !tooLong;
  }

  private Decoded decode(DocumentReader reader, byte[] document) {
    boolean discarded = tooLong;
    tooLong = false;
    try {
      if (discarded) {
        throw FieldReader.malformed("it is longer than " + MAX_BYTES + " bytes");
      }
      return new Decoded(MessageReader.read(columns.toBatch(reader.readMap(document))), null);
    } catch (MalformedDocumentException e) {
      return new Decoded(null, FieldReader.malformed(String.valueOf(e.getMessage())));
    } catch (MetricsClientException e) {
      return new Decoded(null, e);
    }
  }
}
