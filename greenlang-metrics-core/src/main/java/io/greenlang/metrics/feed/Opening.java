package io.greenlang.metrics.feed;

/**
 * What became of a client's wish to begin somewhere.
 *
 * @param position where the client stands: what is behind that, it will get. Not yet where the feed
 *     stands, if there is something to replay: who is cut off before the first message comes back
 *     to here and misses nothing
 * @param recovered whether everything since the place or the time that was asked for comes. False
 *     too if neither was asked for
 */
public record Opening(Position position, boolean recovered) {}
