package io.greenlang.metrics.feed;

/** A tag that a series has, or that a filter asks for. */
record Tag(String key, String value) {}
