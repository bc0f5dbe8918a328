/** The dashboard: static files that the server and servlet containers serve. It has no classes. */
module io.greenlang.metrics.dashboard {}
