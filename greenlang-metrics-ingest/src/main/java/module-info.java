/** The reader of publications by programs that do not use this library. */
@SuppressWarnings("module") // the modules that the package is exported to are built later
module io.greenlang.metrics.ingest {
  requires transitive io.greenlang.metrics;
  requires static transitive org.jspecify;
  requires io.greenlang.metrics.codec;

  exports io.greenlang.metrics.ingest to
      io.greenlang.metrics.redis,
      io.greenlang.metrics.websocket;
}
