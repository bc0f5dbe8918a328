package io.greenlang.metrics.otlp;

import static io.greenlang.metrics.otlp.Conversion.START;
import static io.greenlang.metrics.otlp.Conversion.at;
import static io.greenlang.metrics.otlp.Exports.CUMULATIVE;
import static io.greenlang.metrics.otlp.Exports.attribute;
import static io.greenlang.metrics.otlp.Exports.number;
import static io.greenlang.metrics.otlp.Exports.sum;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.internal.http.RequestException;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.metrics.v1.DataPointFlags;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scopes of one request whose instruments have one name. */
final class ScopeConversionTest {

  private final Conversion conversion = new Conversion();

  private static ScopeMetrics.Builder scope(String name, String version, Metric... metrics) {
    return ScopeMetrics.newBuilder()
        .setScope(InstrumentationScope.newBuilder().setName(name).setVersion(version))
        .addAllMetrics(List.of(metrics));
  }

  private static ExportMetricsServiceRequest request(ScopeMetrics.Builder... scopes) {
    ResourceMetrics.Builder resource =
        ResourceMetrics.newBuilder()
            .setResource(Resource.newBuilder().addAttributes(attribute("service.name", "shop")));
    for (ScopeMetrics.Builder scope : scopes) {
      resource.addScopeMetrics(scope);
    }
    return ExportMetricsServiceRequest.newBuilder().addResourceMetrics(resource).build();
  }

  private static Metric total(double value, String... attributes) {
    NumberDataPoint.Builder point = number(START, at(20), value);
    for (int i = 0; i < attributes.length; i += 2) {
      point.addAttributes(attribute(attributes[i], attributes[i + 1]));
    }
    return sum("queue.size", CUMULATIVE, true, point);
  }

  @Test
  void export_twoScopesWithOneSeries_rejectsTheSecondAndNamesBoth() throws RequestException {
    RecordingSink sink =
        conversion.export(
            at(20), request(scope("traces\n", "1.2", total(7)), scope("logs", "", total(900))));
    assertThat(sink.samples).extracting(each -> each.value()).containsExactly(7.0);
    assertThat(conversion.latest.rejected()).isEqualTo(1);
    assertThat(conversion.latest.firstProblem())
        .contains("\"queue.size\"", "\"logs\"", "\"traces?\" \"1.2\"", "scopeName(true)");
  }

  @Test
  void export_twoVersionsWithOneSeries_doesNotAdviseTheScopeName() throws RequestException {
    conversion.export(at(20), request(scope("db", "1", total(7)), scope("db", "2", total(8))));
    assertThat(conversion.latest.firstProblem())
        .endsWith("has the same attributes as one of the scope \"db\" \"1\"; rename one of them");
  }

  @Test
  void export_firstScopeHasNoValidValue_acceptsTheSecond() throws RequestException {
    NumberDataPoint.Builder ended =
        number(START, at(20), 0)
            .setFlags(DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK_VALUE);
    RecordingSink sink =
        conversion.export(
            at(20),
            request(
                scope("invalid", "", total(Double.NaN)),
                scope("ended", "", sum("queue.size", CUMULATIVE, true, ended)),
                scope("valid", "", total(7)),
                scope("late", "", total(8))));
    assertThat(sink.samples).extracting(each -> each.value()).containsExactly(7.0);
    assertThat(conversion.latest.rejected()).isEqualTo(2);
    assertThat(conversion.latest.firstProblem()).contains("is invalid");
  }

  @Test
  void export_twoScopesWithOneNameAndOtherAttributes_acceptsAll() throws RequestException {
    RecordingSink sink =
        conversion.export(
            at(20),
            request(
                scope("hikari", "1", total(7, "pool", "a")),
                scope("c3p0", "1", total(8, "pool", "b"))));
    assertThat(sink.samples).extracting(each -> each.value()).containsExactly(7.0, 8.0);
    assertThat(conversion.latest.rejected()).isZero();
  }

  @Test
  void export_oneScopeInTwoParts_acceptsAll() throws RequestException {
    RecordingSink sink =
        conversion.export(
            at(20),
            request(scope("db", "1", total(7, "id", "a")), scope("db", "1", total(8, "id", "b"))));
    assertThat(sink.samples).hasSize(2);
  }

  @Test
  void export_scopeNameAsTag_separatesTheSeries() throws RequestException {
    conversion.scopeName = true;
    RecordingSink sink =
        conversion.export(
            at(20),
            request(
                scope("traces", "1", total(7)),
                scope("logs", "1", total(900)),
                scope("", "", total(1))));
    assertThat(sink.samples)
        .extracting(each -> each.tags().get("otel.scope.name"))
        .containsExactly("traces", "logs", null);
    assertThat(sink.samples)
        .extracting(each -> each.tags().get("service.name"))
        .containsOnly("shop");
    assertThat(conversion.latest.rejected()).isZero();
  }
}
