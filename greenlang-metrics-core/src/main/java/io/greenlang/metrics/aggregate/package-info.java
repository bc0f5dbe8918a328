/** What many readings of a series, or of several, come to. */
@NullMarked
package io.greenlang.metrics.aggregate;

import org.jspecify.annotations.NullMarked;
