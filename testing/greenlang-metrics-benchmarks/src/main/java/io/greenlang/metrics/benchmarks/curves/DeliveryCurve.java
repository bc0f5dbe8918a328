package io.greenlang.metrics.benchmarks.curves;

import io.greenlang.metrics.benchmarks.report.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Curve of the CPU time of a delivery by the number of subscribers, from the results of runs. */
public final class DeliveryCurve {

  private DeliveryCurve() {}

  /** Draws; the arguments are the directory of the chart and the file of the results. */
  public static void main(String[] args) throws Exception {
    Map<String, List<LineChart.Point>> servers = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Path.of(args[1]))) {
      if (Result.isResultLine(line)) {
        Result result = Result.parseLine(line);
        servers
            .computeIfAbsent(result.text("server"), server -> new ArrayList<>())
            .add(
                new LineChart.Point(
                    result.number("subscribers"), result.number("us_per_delivery")));
      }
    }
    LineChart chart = new LineChart("Delivering single publications");
    servers.forEach(chart::add);
    chart.writeLogLog(
        Path.of(args[0], "curve-delivery.svg"), "subscribers", "CPU per delivery, µs");
  }
}
