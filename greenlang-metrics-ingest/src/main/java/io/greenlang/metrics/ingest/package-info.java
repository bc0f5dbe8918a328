/** The reader of publications by programs that do not use this library. */
@NullMarked
package io.greenlang.metrics.ingest;

import org.jspecify.annotations.NullMarked;
