/**
 * The delivery engine: a publication is evaluated once per distinct view and encoded once per
 * encoding, and each client is only a cursor.
 *
 * <p>{@link io.greenlang.metrics.feed.ChannelStream} receives the publications of one channel, one
 * at a time under its lock. It looks up each metric's series, and the series knows the feeds that
 * match it. A {@link io.greenlang.metrics.feed.Feed} encodes its metrics as frames and appends them
 * to its {@link io.greenlang.metrics.feed.FrameRing}. A {@link
 * io.greenlang.metrics.feed.FeedCursor} reads the frames on an I/O thread without a lock.
 */
@NullMarked
package io.greenlang.metrics.feed;

import org.jspecify.annotations.NullMarked;
