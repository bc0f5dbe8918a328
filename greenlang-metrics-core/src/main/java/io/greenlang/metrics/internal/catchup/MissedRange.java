package io.greenlang.metrics.internal.catchup;

/**
 * The range of publications that a lapped cursor missed.
 *
 * @param after the client has received everything up to this publication id
 * @param until the last missed publication id
 * @param missed the number of missed metrics
 * @param resumePosition the client's position while it receives the replacement
 */
public record MissedRange(long after, long until, long missed, long resumePosition) {}
