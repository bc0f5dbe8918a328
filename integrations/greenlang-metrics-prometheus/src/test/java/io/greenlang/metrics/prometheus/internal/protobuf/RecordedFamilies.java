package io.greenlang.metrics.prometheus.internal.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.prometheus.internal.text.FamilyType;
import java.util.ArrayList;
import java.util.List;

/** The families of a body as they are passed on, in their order. */
final class RecordedFamilies implements FamilyHandler {

  final List<String> lines = new ArrayList<>();
  final List<NativeHistogram> histograms = new ArrayList<>();

  /** The numbers of families and their problems. */
  final List<String> bad = new ArrayList<>();

  boolean isComplete;

  static RecordedFamilies of(byte[] body) {
    RecordedFamilies families = new RecordedFamilies();
    families.isComplete = MetricFamilyParser.parse(body, families);
    return families;
  }

  static RecordedFamilies of(ProtobufBody body) {
    return of(body.toByteArray());
  }

  /** Returns the only family {@code h}, a histogram without labels. */
  static RecordedFamilies ofHistogram(ProtobufBody.Fields fields) {
    byte[] metric = ProtobufBody.metric(ProtobufBody.HISTOGRAM, ProtobufBody.message(fields));
    return of(new ProtobufBody().family("h", ProtobufBody.HISTOGRAM, metric));
  }

  /** Returns the lines of samples. */
  List<String> samples() {
    return lines.stream().filter(line -> !line.matches("(type|help|unit) .*")).toList();
  }

  NativeHistogram onlyHistogram() {
    assertThat(histograms).as("%s", bad).hasSize(1);
    return histograms.get(0);
  }

  @Override
  public void type(String family, FamilyType type) {
    lines.add("type " + family + " " + type);
  }

  @Override
  public void help(String family, String text) {
    lines.add("help " + family + " " + text);
  }

  @Override
  public void unit(String family, String unit) {
    lines.add("unit " + family + " " + unit);
  }

  @Override
  public void sample(String series, double value) {
    lines.add(series + " " + value);
  }

  @Override
  public void histogram(String series, NativeHistogram histogram) {
    histograms.add(histogram);
  }

  @Override
  public void badLine(int line, String problem) {
    bad.add(line + " " + problem);
  }
}
