package io.greenlang.metrics.feed;

/** A tag of a series or of a filter. */
record Tag(String key, String value) {}
