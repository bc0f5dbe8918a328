/**
 * A publication is evaluated once per distinct view, encoded once per encoding, and a client is a
 * cursor.
 *
 * <p>{@link io.greenlang.metrics.feed.ChannelStream} takes the publications of one channel, one at
 * a time under its lock. It finds each metric's series, and the series knows the feeds that want
 * it. A {@link io.greenlang.metrics.feed.Feed} turns what it got into frames and appends them to
 * its {@link io.greenlang.metrics.feed.FrameRing}. A {@link io.greenlang.metrics.feed.FeedCursor}
 * reads them from an I/O thread without any lock.
 */
@NullMarked
package io.greenlang.metrics.feed;

import org.jspecify.annotations.NullMarked;
