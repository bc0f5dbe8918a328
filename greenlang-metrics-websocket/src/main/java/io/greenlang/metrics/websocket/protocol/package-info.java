/**
 * The wire protocol: commands, messages and errors, in JSON and MessagePack. Everything here is a
 * pure function of bytes.
 */
@NullMarked
package io.greenlang.metrics.websocket.protocol;

import org.jspecify.annotations.NullMarked;
