package io.greenlang.metrics.internal.feed;

/** A tag of a series or of a filter. */
record Tag(String key, String value) {}
