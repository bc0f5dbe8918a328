package io.greenlang.metrics.otlp;

import static io.greenlang.metrics.otlp.Exports.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.protobuf.MalformedMessageException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The tags of attributes that were decoded before, and the bounds of their memory. */
final class TagsCacheTest {

  private static final int MAX_BYTES = 20_000;

  private final TagsCache cache = new TagsCache(MAX_BYTES);
  private final ProgramAttributes program = new ProgramAttributes(Set.of("service.name", "id"));
  private final AttributeBytes attributes = new AttributeBytes();

  private void startProgram(KeyValue... ofProgram) throws MalformedMessageException {
    program.clear();
    for (KeyValue attribute : ofProgram) {
      program.read(new WireReader(attribute.toByteArray()));
    }
    program.complete();
    attributes.startProgram(program.toByteArray());
  }

  private void add(KeyValue attribute) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      attribute.writeDelimitedTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    attributes.add(new WireReader(bytes.toByteArray()));
  }

  private Tags tags(KeyValue... ofPoint) throws MalformedMessageException, RejectedPointException {
    attributes.removePoint();
    for (KeyValue attribute : ofPoint) {
      add(attribute);
    }
    return cache.get(program, attributes);
  }

  @Test
  void get_sameAttributes_isTheSameObject() throws Exception {
    Tags first = tags(attribute("region", "eu"), attribute("host", "web-1"));
    assertThat(first).isEqualTo(Tags.of("host", "web-1", "region", "eu"));
    assertThat(tags(attribute("region", "us"))).isEqualTo(Tags.of("region", "us"));
    assertThat(tags(attribute("region", "eu"), attribute("host", "web-1"))).isSameAs(first);
    assertThat(tags()).isEqualTo(Tags.empty());
  }

  @Test
  void get_programAndPoint_lastValueOfKeyWins() throws Exception {
    startProgram(attribute("service.name", "shop"));
    assertThat(tags(attribute("a", "1"))).isEqualTo(Tags.of("a", "1", "service.name", "shop"));
    assertThat(tags(attribute("service.name", "other")))
        .isEqualTo(Tags.of("service.name", "other"));
    startProgram();
    assertThat(tags(attribute("a", "1"))).isEqualTo(Tags.of("a", "1"));
  }

  @Test
  void get_programInAnotherOrder_isTheSameObject() throws Exception {
    startProgram(attribute("service.name", "shop"), attribute("id", "1"));
    Tags first = tags(attribute("a", "1"));
    startProgram(attribute("id", "1"), attribute("id", "2"), attribute("service.name", "shop"));
    assertThat(tags(attribute("a", "1")).get("id")).isEqualTo("2");
    startProgram(attribute("id", "1"), attribute("unused", "u"), attribute("service.name", "shop"));
    assertThat(tags(attribute("a", "1"))).isSameAs(first);
  }

  @Test
  void get_programThatIsTooLongToBeStored_isDecodedOnce() throws Exception {
    String longest = "\u20ac".repeat(Tags.MAX_VALUE_LENGTH);
    startProgram(attribute("service.name", longest), attribute("id", longest));
    assertThat(tags()).isEqualTo(Tags.of("id", longest, "service.name", longest));
    assertThat(tags()).isSameAs(tags());
    assertThat(tags(attribute("a", "1")))
        .isEqualTo(Tags.of("a", "1", "id", longest, "service.name", longest));
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void get_programThatCannotBeTags_rejectsEachPoint() throws Exception {
    startProgram(attribute("service.name", "v".repeat(300)));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> tags(attribute("a", "1")))
          .isInstanceOf(RejectedPointException.class)
          .hasMessageContaining("is invalid: tag value")
          .hasMessageContaining("has 300 characters");
    }
    assertThat(attributes.length()).as("the program adds nothing to its points").isLessThan(20);
    startProgram();
    assertThat(tags(attribute("a", "1"))).isEqualTo(Tags.of("a", "1"));
  }

  @Test
  void get_endlessAttributes_areDecodedWithinTheBytes() throws Exception {
    for (int i = 0; i < 3_000; i++) {
      String value = "v".repeat(i % 250) + i % 1_000;
      assertThat(tags(attribute("id", value), attribute("n", "" + i % 7)))
          .isEqualTo(Tags.of("id", value, "n", "" + i % 7));
      assertThat(cache.bytes()).isBetween(1L, (long) MAX_BYTES);
    }
  }

  @Test
  void get_longAttributes_areNotStored() throws Exception {
    KeyValue[] many = new KeyValue[16];
    for (int i = 0; i < many.length; i++) {
      many[i] = attribute("key" + i, "v".repeat(200));
    }
    assertThat(tags(many).size()).isEqualTo(many.length);
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void get_attributesThatCannotBeTags_areRejectedEachTime() {
    KeyValue map =
        attribute(
            "map",
            AnyValue.newBuilder()
                .setKvlistValue(KeyValueList.newBuilder().addValues(attribute("k", "v"))));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> tags(map, attribute("a", "1")))
          .isInstanceOf(RejectedPointException.class)
          .hasMessageContaining("a map, bytes or a nested list");
      assertThatThrownBy(() -> tags(attribute("k", "\n")))
          .isInstanceOf(RejectedPointException.class)
          .hasMessageContaining("is invalid: tag value");
    }
  }

  /** The attributes that fit are those of another point, whose tags are known. */
  @Test
  void get_moreBytesThanTheLimit_isRejected() throws Exception {
    KeyValue huge = attribute("huge", "v".repeat(AttributeBytes.MAX_BYTES));
    assertThat(tags(attribute("a", "1"))).isEqualTo(Tags.of("a", "1"));
    assertThatThrownBy(() -> tags(attribute("a", "1"), huge))
        .isInstanceOf(RejectedPointException.class)
        .hasMessage("has more than 65536 bytes of attributes");
    assertThat(tags(attribute("a", "1"))).isEqualTo(Tags.of("a", "1"));
  }

  @Test
  void get_malformedAttribute_isMalformed() {
    attributes.add(new WireReader(new byte[] {2, 10, 100}));
    assertThatThrownBy(() -> cache.get(program, attributes))
        .isInstanceOf(MalformedMessageException.class);
  }
}
