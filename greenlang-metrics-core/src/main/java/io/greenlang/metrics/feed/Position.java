package io.greenlang.metrics.feed;

/**
 * A place in a channel's stream, as clients see it and come back to it.
 *
 * <p>For metrics as they come, the offset is that of a publication. For windows it is the number of
 * the window, counted from 1970 in windows of that length, and the epoch says so: {@code 3k9x.5s}.
 * So a place in one view cannot be taken for a place in another, and every instance gives a window
 * the same number, which a publication's offset could not: each instance closes a window by its own
 * clock, a publication earlier or later than the others.
 *
 * @param epoch names the numbering; offsets of different epochs cannot be compared
 * @param offset everything up to here has been seen
 */
public record Position(String epoch, long offset) {}
