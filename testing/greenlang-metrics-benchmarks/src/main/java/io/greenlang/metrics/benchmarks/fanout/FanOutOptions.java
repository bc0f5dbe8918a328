package io.greenlang.metrics.benchmarks.fanout;

import io.greenlang.metrics.benchmarks.Arguments;

/**
 * Command line options of {@link FanOut}. The usage text describes each option.
 *
 * @param scenario the row's first label
 * @param server the row's second label
 * @param subscribe the text that a subscriber sends once it is connected; empty for none
 * @param filters {@code %d} in that text becomes a number below this
 * @param publishPath the path at which the load generator publishes; empty if the server does
 * @param metricsPerMarker the metrics of a frame, if its payload has one marker for all
 * @param stalledPercent the share of the subscribers that read nothing once they are connected
 * @param core the processor to which the server is pinned
 * @param rate metrics that the server publishes per second; the delivered metrics are compared with
 *     this rate
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
    WireProtocol protocol,
    String publishPath,
    Payload payload,
    int metricsPerMarker,
    int stalledPercent,
    int core,
    long pid) {

  /**
   * The number of connections that one source address can have to one port: its ports, with a
   * margin.
   */
  private static final int CONNECTIONS_PER_SOURCE = 20_000;

  static final String USAGE =
      """
      FanOut: opens WebSocket subscribers and measures deliveries and their cost on the server.

        --pid N            the server's process ID; CPU time and memory are read from /proc
        --port N           the server's port (8001)
        --host NAME        the server's address (127.0.0.1)
        --path PATH        the path that subscribers request (/)
        --subscribe JSON   the message that subscribers send once they are connected (none)
        --filters N        %d in that message becomes the subscriber's index, modulo N (1)
        --subscribers N    the number of subscribers (1000)
        --sources N        loopback addresses to connect from (one per 20,000 subscribers)
        --connect-rate N   connections to open per second (2000)
        --warmup SECONDS   receive without counting (3)
        --seconds SECONDS  receive and count (10)
        --hold SECONDS     then print "holding" and stay connected, so that memory can be read (0)
        --rate N           metrics that the server publishes per second (20)
        --burst N          metrics that are published together (1)
        --protocol NAME    the protocol inside the frames: text, mqtt or nats (text)
        --publish-path PATH  publish from here, at this path, for servers that only forward (none)
        --payload NAME     the encoding of the metrics: json, msgpack or columns (json)
        --per-marker N     metrics in each frame of columns (1)
        --stalled PERCENT  subscribers that read nothing once they are connected (0)
        --core N           the processor to which the server is pinned (0)
        --scenario TEXT    labels of the result (-)
        --server TEXT
        --help
      """;

  /** Returns the message that the subscriber with the given index sends once it is connected. */
  String subscribe(int index) {
    return subscribe.replace("%d", Integer.toString(index % filters));
  }

  /** Returns whether the subscriber with the given index stalls; they are spread evenly. */
  boolean isStalled(int index) {
    return index * stalledPercent / 100 != (index + 1) * stalledPercent / 100;
  }

  /** Returns the number of subscribers that read. */
  int readers() {
    return subscribers - subscribers * stalledPercent / 100;
  }

  /** Returns the request that opens a WebSocket at the given path. */
  byte[] upgradeRequest(String requestPath) {
    return ClientFrames.upgradeRequest(host, port, requestPath, protocol.subprotocol());
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
        arguments.choice("protocol", WireProtocol.TEXT),
        arguments.text("publish-path", ""),
        arguments.choice("payload", Payload.JSON),
        arguments.integer("per-marker", 1),
        arguments.integer("stalled", 0),
        arguments.integer("core", 0),
        arguments.integer("pid", 0));
  }
}
