package io.greenlang.metrics.feed;

/**
 * The range of publications that a lapped cursor missed.
 *
 * @param after the client has received everything up to this publication id
 * @param until the last missed publication id
 * @param missed the number of missed metrics
 * @param standing the client's position while it receives the replacement
 */
record Lapse(long after, long until, long missed, long standing) {}
