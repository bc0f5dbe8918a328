/** The parsers of JSON, MessagePack and times from untrusted peers, within limits. */
@SuppressWarnings("module") // the modules that the package is exported to are built later
module io.greenlang.metrics.codec {
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires msgpack.core;

  exports io.greenlang.metrics.codec to
      io.greenlang.metrics.client,
      io.greenlang.metrics.ingest,
      io.greenlang.metrics.testkit,
      io.greenlang.metrics.websocket;
}
