/**
 * The beginning of a connection: its addresses, its PROXY header, and the time that it may take.
 */
@NullMarked
package io.greenlang.metrics.netty.internal.connection;

import org.jspecify.annotations.NullMarked;
