package io.greenlang.metrics.websocket.internal.sse;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text form of a stream's position, which is the {@code id} of its events. It has an entry for
 * each channel. A channel's name can have 64 characters and a stream 128 channels, so an entry has
 * a hash of 48 bits in place of the name. The channels of a stream share a hash with a probability
 * of 3 in 10^11. The text has letters, digits and {@code . _ ~ -}, and fits a header and a URL.
 */
final class PositionToken {

  /** The maximum length of a token: 128 entries with their epochs. */
  static final int MAX_LENGTH = 6_000;

  private static final int KEY_BYTES = 6;
  private static final String SEPARATOR = "~";
  private static final Pattern PLAIN_EPOCH = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
  private static final Pattern ENTRY =
      Pattern.compile(
          "(?<key>[A-Za-z0-9_-]{8})\\.(?<offset>[0-9]{1,18})"
              + "(?:(?<kind>[ps])(?<received>[0-9]{1,9}))?(?:\\.(?<epoch>[A-Za-z0-9._-]{1,200}))?");

  private PositionToken() {}

  /** Returns the key of a channel: 8 characters. */
  static String key(String channel) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(channel.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, KEY_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Returns an entry's text up to its offset. */
  static String prefix(StreamChannel channel) {
    return channel.key() + '.';
  }

  /** Returns the part of an entry that counts the messages after its offset. */
  private static String received(ChannelPosition position) {
    return position.received() == 0 ? "" : (position.ambiguous() ? "s" : "p") + position.received();
  }

  /**
   * Returns the end of an entry: its epoch.
   *
   * @param previous the entry before it, whose epoch is not repeated; null if there is none
   */
  static String epoch(ChannelPosition position, @Nullable ChannelPosition previous) {
    boolean repeats = previous != null && previous.epoch().equals(position.epoch());
    return repeats ? "" : '.' + encodeEpoch(position.epoch());
  }

  /** Returns the text of several entries, with a separator between them. */
  static String encode(List<StreamChannel> channels, @Nullable ChannelPosition before) {
    List<String> entries = new ArrayList<>(channels.size());
    ChannelPosition previous = before;
    for (StreamChannel channel : channels) {
      ChannelPosition position = channel.position();
      entries.add(
          prefix(channel) + position.offset() + received(position) + epoch(position, previous));
      previous = position;
    }
    return String.join(SEPARATOR, entries);
  }

  /**
   * Returns the positions by channel. Entries of other channels are ignored.
   *
   * @param channels the names that a key may stand for
   * @throws IllegalArgumentException if the text is not a token
   */
  static Map<String, ChannelPosition> decode(String token, Collection<String> channels) {
    Map<String, ChannelPosition> byKey = decode(token);
    Map<String, ChannelPosition> positions = new HashMap<>();
    for (String channel : channels) {
      ChannelPosition position = byKey.get(key(channel));
      if (position != null) {
        positions.put(channel, position);
      }
    }
    return positions;
  }

  private static Map<String, ChannelPosition> decode(String token) {
    if (token.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("longer than " + MAX_LENGTH + " characters");
    }
    Map<String, ChannelPosition> positions = new HashMap<>();
    String epoch = null;
    for (String text : token.split(SEPARATOR, -1)) {
      Matcher entry = ENTRY.matcher(text);
      if (!entry.matches() || (epoch == null && entry.group("epoch") == null)) {
        throw new IllegalArgumentException("not an id of this server");
      }
      epoch = entry.group("epoch") == null ? epoch : decodeEpoch(entry.group("epoch"));
      positions.put(entry.group("key"), position(entry, String.valueOf(epoch)));
    }
    return positions;
  }

  private static ChannelPosition position(Matcher entry, String epoch) {
    long offset = Long.parseLong(entry.group("offset"));
    String received = entry.group("received");
    boolean ambiguous = "s".equals(entry.group("kind")) && offset > 0;
    return received == null
        ? new ChannelPosition(epoch, offset)
        : new ChannelPosition(epoch, offset, Integer.parseInt(received), ambiguous);
  }

  /** Returns an epoch that a token can contain. A broker of an application may use any text. */
  private static String encodeEpoch(String epoch) {
    return PLAIN_EPOCH.matcher(epoch).matches()
        ? epoch
        : '.'
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(epoch.getBytes(StandardCharsets.UTF_8));
  }

  private static String decodeEpoch(String text) {
    return text.startsWith(".")
        ? new String(Base64.getUrlDecoder().decode(text.substring(1)), StandardCharsets.UTF_8)
        : text;
  }
}
