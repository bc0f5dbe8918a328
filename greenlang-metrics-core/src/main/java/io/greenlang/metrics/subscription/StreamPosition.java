package io.greenlang.metrics.subscription;

/**
 * A position in a channel's stream, from which a client can resume.
 *
 * <p>In a view of raw metrics, the offset is the offset of a publication. In a view of windows, it
 * is the number of the window: windows of that length, counted from the Unix epoch. The position's
 * epoch then names the interval: {@code 3k9x.5s}. A position in one view therefore cannot be
 * mistaken for a position in another.
 *
 * <p>Every instance gives a window the same number. A publication's offset would not do: each
 * instance closes a window by its own clock, a publication earlier or later than the others.
 *
 * @param epoch identifies the numbering; offsets of different epochs cannot be compared
 * @param offset the client has received everything up to and including this offset
 */
public record StreamPosition(String epoch, long offset) {}
