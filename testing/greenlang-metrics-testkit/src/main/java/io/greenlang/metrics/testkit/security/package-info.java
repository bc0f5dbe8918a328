/** A witness client and figures of resources, for tests that attack or starve a server. */
@NullMarked
package io.greenlang.metrics.testkit.security;

import org.jspecify.annotations.NullMarked;
