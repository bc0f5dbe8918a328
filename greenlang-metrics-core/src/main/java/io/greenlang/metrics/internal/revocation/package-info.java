/** The revoked tokens of a hub. */
@NullMarked
package io.greenlang.metrics.internal.revocation;

import org.jspecify.annotations.NullMarked;
