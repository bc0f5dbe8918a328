package io.greenlang.metrics.benchmarks.endurance;

import io.greenlang.metrics.benchmarks.Arguments;
import io.greenlang.metrics.benchmarks.endurance.FiguresTable.Bound;
import io.greenlang.metrics.benchmarks.endurance.FiguresTable.Column;
import io.greenlang.metrics.testkit.security.NewClients;
import io.greenlang.metrics.testkit.security.Witness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * Run of attacks against a server in a process with a small heap. Each attack has a process of its
 * own. Meanwhile a witness is connected, and other clients connect one after another. The witness
 * must miss nothing, and a new client must be subscribed within a second.
 */
public final class Attacks {

  private static final String USAGE =
      """
      Attacks: attacks a server while a witness is connected, and prints figures.

        --heap SIZE    heap of the server (256m)
        --series N     series of the attacked channel (2000)
        --only TITLE   the one attack to run, such as views (all)
        --new-ms N     the longest time until a new client is subscribed (1000)
        --witness-ms N the longest delay of the witness (1000)
        --help
      """;

  private static final String WITNESS = "witness max ms";
  private static final String NEW_CLIENT = "new client ms";
  private static final String REFUSED = "refused";

  /** The publications that the witness receives before the attack: five seconds. */
  private static final int WARM_UP = 50;

  private static final double HEAP_GROWTH_MIB = 160;
  private static final double MAX_DIRECT_MIB = 96;
  private static final double THREAD_GROWTH = 10;

  private final Arguments arguments;
  private final FiguresTable table;
  private int servers;

  private Attacks(Arguments arguments) {
    this.arguments = arguments;
    this.table =
        new FiguresTable(
            System.out,
            List.of(
                new Column(ServerFigures.HEAP, Bound.growth(HEAP_GROWTH_MIB)),
                new Column(ServerFigures.DIRECT, Bound.max(MAX_DIRECT_MIB)),
                new Column(ServerFigures.DESCRIPTORS, Bound.none()),
                new Column(ServerFigures.THREADS, Bound.growth(THREAD_GROWTH)),
                new Column(ServerFigures.CLIENTS, Bound.none()),
                new Column(ServerFigures.MAX, Bound.none()),
                new Column(ServerFigures.FAILURES, Bound.max(0)),
                new Column(WITNESS, Bound.max(arguments.number("witness-ms", 1_000))),
                new Column(NEW_CLIENT, Bound.max(arguments.number("new-ms", 1_000))),
                new Column(REFUSED, Bound.max(0))));
  }

  /** Performs the run; exits with 1 if a figure is out of its bound. See {@code --help}. */
  public static void main(String[] args) throws IOException {
    Attacks attacks = new Attacks(Arguments.parse(USAGE, args));
    attacks.run();
    attacks.table.exit();
  }

  private void run() throws IOException {
    String only = arguments.text("only", "all");
    for (Attack attack : Attack.values()) {
      if (only.equals("all") || only.equals(attack.title())) {
        run(attack);
      }
    }
  }

  private void run(Attack attack) throws IOException {
    String server = Integer.toString(++servers);
    try (SoakProcess process =
            SoakProcess.start(
                AttackTarget.class,
                arguments.text("heap", "256m"),
                "--series",
                arguments.text("series", "2000"));
        Witness witness = Witness.connect(Attackers.url(process.address(), "witness"));
        NewClients newClients = NewClients.start(Attackers.url(process.address(), "new"))) {
      witness.awaitMore(WARM_UP);
      startMeasurement(witness, newClients);
      witness.awaitMore(WARM_UP);
      table.printBaseline("start", server, figures(process, witness, newClients));
      attack(attack, server, process, witness, newClients);
    } catch (AssertionError | UncheckedIOException e) {
      Throwable cause = e.getCause();
      String reason = cause == null ? "" : ": " + cause.getMessage();
      table.violate(attack.title() + ": " + e.getMessage() + reason);
    }
  }

  private void attack(
      Attack attack, String server, SoakProcess process, Witness witness, NewClients newClients)
      throws IOException {
    startMeasurement(witness, newClients);
    try (Attackers attackers = new Attackers(process.address())) {
      attack.run(attackers);
      witness.awaitMore(WARM_UP);
      table.printChecked(attack.title(), server, figures(process, witness, newClients));
    }
    startMeasurement(witness, newClients);
    witness.awaitMore(WARM_UP);
    table.printChecked("all have left", server, figures(process, witness, newClients));
  }

  private static void startMeasurement(Witness witness, NewClients newClients) {
    witness.startMeasurement();
    newClients.startMeasurement();
  }

  private static Map<String, Double> figures(
      SoakProcess process, Witness witness, NewClients newClients) throws IOException {
    double witnessMax = witness.maxMillis(); // before the garbage collection for the figures
    double newClientMax = newClients.maxMillis();
    Map<String, Double> figures = process.figures();
    figures.put(WITNESS, witnessMax);
    figures.put(NEW_CLIENT, newClientMax);
    figures.put(REFUSED, (double) newClients.failures());
    return figures;
  }
}
