package io.greenlang.metrics.websocket.internal.protocol;

import static io.greenlang.metrics.websocket.internal.protocol.SampleCommands.assertError;
import static io.greenlang.metrics.websocket.internal.protocol.SampleCommands.read;
import static io.greenlang.metrics.websocket.internal.protocol.SampleCommands.subscribe;
import static io.greenlang.metrics.websocket.internal.protocol.SampleCommands.subscription;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields of a subscription: valid, invalid and at their limits. */
class SubscribeParserTest {

  private static final String BAD_TAGS =
      "at most 16 tags with 16 values each, keys of 1 to 64 and values of at most 256 characters";

  private static void assertRejected(String extraData, String detail) {
    assertError(
        subscription(extraData), ErrorCode.BAD_SUBSCRIPTION, "Subscription error: " + detail);
  }

  private static String subscriptionTo(String channels) {
    return "{'type':'subscribe','id':'a-1','data':{'channels':" + channels + "}}";
  }

  /** Returns a list of {@code count} strings. */
  private static String list(int count) {
    return IntStream.range(0, count).mapToObj(i -> "'n" + i + "'").collect(joining(",", "[", "]"));
  }

  @Test
  void read_channelsOnly_usesDefaults() throws Exception {
    Command.Subscribe command = subscribe("'unknown':{'is':['ignored']}");

    assertThat(command.channels()).containsExactly(NamePattern.parse("system.metrics"));
    assertThat(command.tags()).isEqualTo(TagFilter.ALL);
    assertThat(command.names()).containsExactly(NamePattern.ALL);
    assertThat(command.format()).isEqualTo(Format.METRIC);
    assertThat(command.encoding()).isEqualTo(Encoding.JSON);
    assertThat(command.latest()).isFalse();
    assertThat(command.id()).isEqualTo("a-1");
  }

  @Test
  void read_optionalFieldsNull_sameAsMissing() throws Exception {
    String nulls =
        "'tags':null,'metrics':null,'format':null,'batch':null,'compression':null,'latest':null,"
            + "'aggregation_interval':null,'group_by':null,'resume':null,'since':null";

    assertThat(subscribe(nulls)).isEqualTo(subscribe("'x':0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "'system.metrics'", "{}", "[]", "7", "true"})
  void read_channelsNotList_rejected(String channels) {
    assertError(
        subscriptionTo(channels),
        ErrorCode.BAD_SUBSCRIPTION,
        "Subscription error: channels must be a list of 1 to 128");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "[null]", "[[]]", "['a',{}]", "[true]"})
  void read_channelsNotStrings_rejected(String channels) {
    assertError(
        subscriptionTo(channels),
        ErrorCode.BAD_SUBSCRIPTION,
        "Subscription error: channels must be a list of texts");
  }

  @Test
  void read_128Channels_accepted() throws Exception {
    assertThat(((Command.Subscribe) read(subscriptionTo(list(128)))).channels()).hasSize(128);
  }

  @Test
  void read_129Channels_rejected() {
    assertError(
        subscriptionTo(list(129)),
        ErrorCode.BAD_SUBSCRIPTION,
        "Subscription error: channels must be a list of 1 to 128");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "a b", "../", "/etc/passwd", "a\\r\\nERROR", "\\u001b[31m", "\\u202e", "*a", "a*",
        "a.*.b", "**", "__proto__", "{tag}", "a[bc]?", "caf\\u00e9", "\\ud800", ".a", "-",
            "a\\u0000"
      })
  void read_invalidChannelName_rejectedAsUnknown(String name) {
    assertError(
        subscriptionTo("['system.metrics','" + name + "']"),
        ErrorCode.UNKNOWN_CHANNEL,
        "Invalid subscription: unknown channel");
  }

  @Test
  void read_channelOf64Characters_accepted() throws Exception {
    assertThat(read(subscriptionTo("['" + "c".repeat(64) + "']"))).isNotNull();
  }

  @Test
  void read_channelOf65Characters_rejectedAsUnknown() {
    assertError(
        subscriptionTo("['" + "c".repeat(65) + "']"),
        ErrorCode.UNKNOWN_CHANNEL,
        "Invalid subscription: unknown channel");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'format':'metric'               | METRIC",
        "'format':'metric','batch':false | METRIC",
        "'format':'metric','batch':true  | BATCH",
        "'batch':true                    | BATCH",
        "'format':'snapshot'             | SNAPSHOT",
        "'format':'columnar','compression':true              | COLUMNAR",
        "'format':'columnar','compression':true,'batch':true | COLUMNAR"
      })
  void read_format_accepted(String data, Format format) throws Exception {
    assertThat(subscribe(data).format()).isEqualTo(format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'nested'", "'METRIC'", "''", "1", "true", "['metric']", "{}"})
  void read_unknownFormat_rejected(String format) {
    assertRejected("'format':" + format, "format must be metric, snapshot or columnar");
  }

  @Test
  void read_columnarWithoutCompression_rejected() {
    assertRejected("'format':'columnar'", "format columnar needs compression");
  }

  @Test
  void read_batchOfSnapshots_rejected() {
    assertRejected("'format':'snapshot','batch':true", "batch goes with format metric only");
  }

  @ParameterizedTest
  @ValueSource(strings = {"compression", "latest", "batch"})
  void read_flagNotBoolean_rejected(String flag) {
    for (String value : List.of("'true'", "1", "0", "[]", "{}", "''")) {
      assertRejected("'" + flag + "':" + value, flag + " must be true or false");
    }
  }

  @Test
  void read_compressionAndLatest_accepted() throws Exception {
    Command.Subscribe command = subscribe("'compression':true,'latest':true");

    assertThat(command.encoding()).isEqualTo(Encoding.MESSAGEPACK);
    assertThat(command.latest()).isTrue();
  }

  @Test
  void read_metrics_sortedWithoutDuplicates() throws Exception {
    assertThat(subscribe("'metrics':['memory.*','cpu.percent','memory.*']").names())
        .containsExactly(NamePattern.parse("cpu.percent"), NamePattern.parse("memory.*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'cpu.*'", "{}", "[]", "7", "false"})
  void read_metricsNotList_rejected(String metrics) {
    assertRejected("'metrics':" + metrics, "metrics must be a list of 1 to 128");
  }

  @ParameterizedTest
  @ValueSource(strings = {"''", "'*.cpu'", "'cpu*'", "'c*u'", "'a.*','b**'"})
  void read_metricsNotPatterns_rejected(String metrics) {
    assertRejected(
        "'metrics':[" + metrics + "]", "metrics must be names or prefixes such as cpu.*");
  }

  @Test
  void read_metricsAtLimits_accepted() throws Exception {
    assertThat(subscribe("'metrics':" + list(128)).names()).hasSize(128);
    assertThat(subscribe("'metrics':['" + "m".repeat(128) + "']").names()).hasSize(1);
  }

  @Test
  void read_metricsBeyondLimits_rejected() {
    assertRejected("'metrics':" + list(129), "metrics must be a list of 1 to 128");
    assertRejected(
        "'metrics':['" + "m".repeat(129) + "']", "metrics must be names or prefixes such as cpu.*");
  }

  @Test
  void read_tagsWithSingleOrSeveralValues_accepted() throws Exception {
    assertThat(subscribe("'tags':{'env':'production','region':['us','eu']}").tags())
        .isEqualTo(
            TagFilter.of(Map.of("env", List.of("production"), "region", List.of("eu", "us"))));
  }

  @Test
  void read_emptyTags_matchEverything() throws Exception {
    assertThat(subscribe("'tags':{}").tags()).isEqualTo(TagFilter.ALL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'env'", "[]", "7", "true", "[['env','production']]"})
  void read_tagsNotObject_rejected(String tags) {
    assertRejected("'tags':" + tags, "tags must be an object");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "7", "true", "{}", "[]"})
  void read_tagValueNeitherStringNorList_rejected(String value) {
    assertRejected("'tags':{'env':" + value + "}", "a tag's value must be a list of 1 to 16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "['a',null]", "[['a']]"})
  void read_tagValuesNotStrings_rejected(String values) {
    assertRejected("'tags':{'env':" + values + "}", "a tag's value must be a list of texts");
  }

  @Test
  void read_tagsAtLimits_accepted() throws Exception {
    String tags =
        IntStream.range(0, 16).mapToObj(i -> "'k" + i + "':" + list(16)).collect(joining(","));

    assertThat(subscribe("'tags':{" + tags + "}")).isNotNull();
    assertThat(subscribe("'tags':{'" + "k".repeat(64) + "':'" + "v".repeat(256) + "'}"))
        .isNotNull();
    assertThat(subscribe("'tags':{'env':''}")).isNotNull();
  }

  @Test
  void read_tagsBeyondLimits_rejected() {
    String tags = IntStream.range(0, 17).mapToObj(i -> "'k" + i + "':'v'").collect(joining(","));

    assertRejected("'tags':{" + tags + "}", BAD_TAGS);
    assertRejected("'tags':{'" + "k".repeat(65) + "':'v'}", BAD_TAGS);
    assertRejected("'tags':{'':'v'}", BAD_TAGS);
    assertRejected("'tags':{'k':'" + "v".repeat(257) + "'}", BAD_TAGS);
    assertRejected("'tags':{'k':" + list(17) + "}", "a tag's value must be a list of 1 to 16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'2s'", "'5S'", "''", "5", "true", "['5s']", "{}"})
  void read_invalidInterval_rejected(String interval) {
    assertRejected(
        "'aggregation_interval':" + interval, "aggregation_interval must be 1s, 5s, 1m, 5m or 1h");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'host'", "{}", "7", "true"})
  void read_groupByNotList_rejected(String keys) {
    assertRejected(
        "'aggregation_interval':'1s','group_by':" + keys, "group_by must be a list of 1 to 16");
  }

  @Test
  void read_groupByWithoutInterval_rejected() {
    assertRejected("'group_by':['host']", "group_by needs an aggregation_interval");
  }

  @Test
  void read_emptyGroupBy_keepsNoTags() throws Exception {
    assertThat(subscribe("'aggregation_interval':'1s','group_by':[]").groupBy()).isEmpty();
    assertThat(subscribe("'aggregation_interval':'1s'").groupBy()).isNull();
  }

  @Test
  void read_liveOneDayWindows_rejected() {
    assertRejected(
        "'aggregation_interval':'1d'", "aggregation_interval must be 1s, 5s, 1m, 5m or 1h");
  }
}
