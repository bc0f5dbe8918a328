/**
 * Contract suites for implementors of our SPIs, one for each SPI, together with a manual clock and
 * WebSocket test clients.
 */
@NullMarked
package io.greenlang.metrics.testkit;

import org.jspecify.annotations.NullMarked;
