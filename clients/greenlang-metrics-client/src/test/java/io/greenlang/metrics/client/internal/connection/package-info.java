/** Tests of the connection's parts with a clock of the test. */
@NullMarked
package io.greenlang.metrics.client.internal.connection;

import org.jspecify.annotations.NullMarked;
