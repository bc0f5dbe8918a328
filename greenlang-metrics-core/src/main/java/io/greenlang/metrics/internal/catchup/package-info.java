/** Catch-up of a cursor that starts in history or that its feed has lapped. */
@NullMarked
package io.greenlang.metrics.internal.catchup;

import org.jspecify.annotations.NullMarked;
