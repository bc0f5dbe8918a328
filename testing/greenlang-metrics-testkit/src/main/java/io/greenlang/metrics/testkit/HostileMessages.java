package io.greenlang.metrics.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import io.greenlang.metrics.frame.Encoding;
import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Malformed messages that every codec must reject, keyed by a description of the defect. */
final class HostileMessages {

  private static final List<String> JSON_TEXTS =
      List.of(
          "",
          " ",
          "null",
          "true",
          "7",
          "\"\"",
          "\"text\"",
          "[]",
          "[{}]",
          "{}{}",
          "{} {}",
          "{}x",
          "{},",
          "{}]",
          "{",
          "}",
          "{\"a\"}",
          "{\"a\":}",
          "{\"a\":1,}",
          "{,}",
          "{'a':1}",
          "{a:1}",
          "{1:1}",
          "{null:1}",
          "{[]:1}",
          "{\"a\":01}",
          "{\"a\":+1}",
          "{\"a\":.5}",
          "{\"a\":1.}",
          "{\"a\":1e}",
          "{\"a\":0x10}",
          "{\"a\":NaN}",
          "{\"a\":Infinity}",
          "{\"a\":-Infinity}",
          "{\"a\":tru}",
          "{\"a\":nul}",
          "{\"a\":undefined}",
          "{/**/}",
          "{}//",
          "#\n{}",
          "{\"a\":\"\n\"}",
          "{\"a\":\"\0\"}",
          "{}\0",
          "{\"a\":\"\\x\"}",
          "{\"a\":\"\\u12\"}",
          "{\"a\":\"",
          "{\"a\":1,\"a\":2}",
          "{\"type\":\"x\",\"type\":\"y\"}",
          "{\"a\":{\"b\":1,\"b\":1}}",
          "{\"a\":1,\"\\u0061\":2}",
          "\u0081\u00a1a\u0001");

  private static final List<String> MESSAGE_PACK_BYTES =
      List.of(
          // not a map, or more than one
          "",
          "c0",
          "c3",
          "01",
          "ff",
          "ca00000000",
          "a161",
          "90",
          "9180",
          "c1",
          "8080",
          "80c0",
          "81a1610101",
          "c403818080",
          "d40100",
          "7b2261223a317d",
          // lengths that exceed the data
          "dd",
          "dd00",
          "ddffffffff",
          "df40000000",
          "df7fffffff",
          "df80000000",
          "dfffffffff",
          "deffff",
          "8f",
          "81",
          "81a1",
          "81a161",
          "81a161ddffffffff",
          "81a161dd7fffffff",
          "81a161dd00000002c0",
          "81a161dfffffffff",
          "81a161df40000000",
          "81a161dbffffffff",
          "81a161db7fffffff",
          "81a161daffff",
          "81a161d9ff",
          "81a161bf",
          "81db7fffffff61",
          "81dbffffffff",
          // an unused type, and values whose length exceeds the message
          "81a161c1",
          "81a161c6ffffffff",
          "81a161c67fffffff",
          "81a161c9800000000100",
          "81a161c97fffffff0100",
          "81a161c9ffffffff0100",
          "81a161c8ffff01",
          // keys that are not text
          "810101",
          "81c001",
          "81c201",
          "81cb000000000000000001",
          "819001",
          "818001",
          "81c4016101",
          "81d4010001",
          // duplicate keys
          "82a16101a16102",
          "82a16101d9016102",
          "81a16182a16201a16201",
          // text that is not valid UTF-8
          "81a161a180",
          "81a161a2c0af",
          "81a161a1c3",
          "81a161a3eda080",
          "81a161a4f4908080",
          "81a161a1ff",
          "81a1ff01");

  private HostileMessages() {}

  static Map<String, byte[]> forEncoding(Encoding encoding) {
    return encoding == Encoding.JSON ? json() : messagePack();
  }

  private static Map<String, byte[]> json() {
    Map<String, byte[]> messages = new LinkedHashMap<>();
    for (String text : JSON_TEXTS) {
      messages.put(text, text.getBytes(ISO_8859_1));
    }
    messages.put("lists nested 65,000 deep", ascii("{\"a\":" + "[".repeat(65_000)));
    messages.put("maps nested 10,000 deep", ascii("{\"a\":".repeat(10_000)));
    messages.put("an integer of 60 KB", ascii("{\"a\":" + "9".repeat(60_000) + "}"));
    messages.put("a fraction of 60 KB", ascii("{\"a\":0." + "0".repeat(60_000) + "1}"));
    messages.put("an exponent of 60 KB", ascii("{\"a\":1e" + "0".repeat(60_000) + "1}"));
    messages.put("a negative integer of 60 KB", ascii("{\"a\":-" + "1".repeat(60_000) + "}"));
    for (String bytes :
        new String[] {"80", "c0af", "c3", "e28c", "eda080", "f4908080", "f5808080", "fe", "ff"}) {
      messages.put("text " + bytes, hex("7b2261223a22" + bytes + "227d"));
      messages.put("key " + bytes, hex("7b22" + bytes + "223a317d"));
    }
    for (Charset charset : new Charset[] {UTF_16BE, UTF_16LE, Charset.forName("UTF-32BE")}) {
      messages.put(charset.name(), "{\"type\":\"pong\"}".getBytes(charset));
      messages.put(
          charset.name() + " with a byte order mark",
          "\ufeff{\"type\":\"pong\"}".getBytes(charset));
    }
    return messages;
  }

  private static Map<String, byte[]> messagePack() {
    Map<String, byte[]> messages = new LinkedHashMap<>();
    for (String bytes : MESSAGE_PACK_BYTES) {
      messages.put(bytes, hex(bytes));
    }
    messages.put("lists nested 60,000 deep", hex("81a161" + "91".repeat(60_000)));
    messages.put("a top-level list nested 60,000 deep", hex("91".repeat(60_000)));
    messages.put("maps nested 20,000 deep", hex("81a161".repeat(20_000)));
    messages.put("maps nested in keys", hex("81".repeat(60_000)));
    messages.put(
        "20,000 nested lists that claim 65,535 elements each",
        hex("81a161dc" + "ffff" + "dcffff".repeat(20_000)));
    return messages;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
