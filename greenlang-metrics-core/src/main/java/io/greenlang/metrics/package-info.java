/**
 * The vocabulary: what everybody names. Values only; everything here is immutable and safe on any
 * thread.
 */
@NullMarked
package io.greenlang.metrics;

import org.jspecify.annotations.NullMarked;
