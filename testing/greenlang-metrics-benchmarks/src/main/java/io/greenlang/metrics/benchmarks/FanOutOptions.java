package io.greenlang.metrics.benchmarks;

/**
 * What {@link FanOut} is asked to do. The usage text says what each option means.
 *
 * @param scenario the row's first label
 * @param server the row's second label
 * @param subscribe the text that a subscriber sends once it is connected; empty for none
 * @param filters {@code %d} in that text becomes a number below this
 * @param rate metrics that the server is told to publish a second; what was delivered is held
 *     against it
 */
record FanOutOptions(
    String scenario,
    String server,
    String host,
    int port,
    String path,
    String subscribe,
    int filters,
    int subscribers,
    int sources,
    int connectRate,
    double warmupSeconds,
    double seconds,
    double holdSeconds,
    double rate,
    int burst,
    long pid) {

  /**
   * How many connections one source address can have to one port: its ports, with some to spare.
   */
  private static final int CONNECTIONS_PER_SOURCE = 20_000;

  static final String USAGE =
      """
      FanOut: opens WebSocket subscribers, and measures what reaches them and what it costs the server.

        --pid N            the server's process; its CPU time and memory are read from /proc
        --port N           where it listens (8001)
        --host NAME        its address (127.0.0.1)
        --path PATH        what a subscriber asks for (/)
        --subscribe JSON   what a subscriber says once it is connected (nothing)
        --filters N        %d in that is the subscriber's number, modulo N (1)
        --subscribers N    how many (1000)
        --sources N        spread them over so many loopback addresses (one for each 20,000)
        --connect-rate N   connections to open a second (2000)
        --warmup SECONDS   receive without counting (3)
        --seconds SECONDS  count (10)
        --hold SECONDS     then say "holding" and stay connected, so that memory can be read (0)
        --rate N           metrics that the server publishes a second (20)
        --burst N          of which so many come together (1)
        --scenario TEXT    labels of the result (-)
        --server TEXT
        --help
      """;

  /** What the subscriber of that number says once it is connected. */
  String subscribe(int number) {
    return subscribe.replace("%d", Integer.toString(number % filters));
  }

  static FanOutOptions parse(String[] args) {
    Arguments arguments = Arguments.parse(USAGE, args);
    int subscribers = arguments.integer("subscribers", 1000);
    int sources = (subscribers + CONNECTIONS_PER_SOURCE - 1) / CONNECTIONS_PER_SOURCE;
    return new FanOutOptions(
        arguments.text("scenario", "-"),
        arguments.text("server", "-"),
        arguments.text("host", "127.0.0.1"),
        arguments.integer("port", 8001),
        arguments.text("path", "/"),
        arguments.text("subscribe", ""),
        arguments.integer("filters", 1),
        subscribers,
        arguments.integer("sources", sources),
        arguments.integer("connect-rate", 2000),
        arguments.number("warmup", 3),
        arguments.number("seconds", 10),
        arguments.number("hold", 0),
        arguments.number("rate", 20),
        arguments.integer("burst", 1),
        arguments.integer("pid", 0));
  }
}
