/** Messages of the wire protocol, and their JSON and MessagePack encodings. */
@NullMarked
package io.greenlang.metrics.websocket.internal.protocol;

import org.jspecify.annotations.NullMarked;
