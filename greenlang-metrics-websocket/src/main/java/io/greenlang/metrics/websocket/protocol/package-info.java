/**
 * What is on the wire: commands, messages, errors, in JSON and MessagePack. Pure functions of
 * bytes.
 */
@NullMarked
package io.greenlang.metrics.websocket.protocol;

import org.jspecify.annotations.NullMarked;
