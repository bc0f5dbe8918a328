package io.greenlang.metrics.benchmarks.curves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class LineChartTest {

  @Test
  void logarithmic_values_endsAtPowersOfTen() {
    Axis axis = Axis.logarithmic("µs", List.of(0.3, 40.0));
    assertThat(axis.marks().stream().map(Axis::text)).containsExactly("0.1", "1", "10", "100");
    assertThat(axis.position(0.1)).isZero();
    assertThat(axis.position(100)).isEqualTo(1);
  }

  @Test
  void logarithmic_zero_isRejectedWithTheLabel() {
    assertThatThrownBy(() -> Axis.logarithmic("µs", List.of(0.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.0: µs");
  }

  @Test
  void linear_values_endsAtARoundNumber() {
    Axis axis = Axis.linear("connections", List.of(0.0, 15_000.0));
    assertThat(axis.marks().stream().map(Axis::text))
        .containsExactly("0", "3,000", "6,000", "9,000", "12,000", "15,000");
  }

  @Test
  void toSvg_twoLines_isXmlWithAPathAndDotsForEach() throws Exception {
    LineChart chart = new LineChart("a < b & c");
    chart.add("first", List.of(new LineChart.Point(1, 1), new LineChart.Point(100, 10)));
    chart.add("second", List.of(new LineChart.Point(10, 1)));
    Axis x = Axis.logarithmic("x", List.of(1.0, 100.0));
    Axis y = Axis.logarithmic("y", List.of(1.0, 10.0));
    Document svg = parse(chart.toSvg(x, y));
    assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(3);
    assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("a < b & c");
    assertThat(chart.toSvg(x, y)).contains("d=\"M80.0 344.0L696.0 64.0\"");
  }

  private static Document parse(String svg) throws Exception {
    byte[] bytes = svg.getBytes(StandardCharsets.UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(bytes));
  }
}
