/** Senders that pass ready UTF-8 to a container, beneath Jakarta's string-only interface. */
@NullMarked
package io.greenlang.metrics.websocket.internal.jakarta.utf8;

import org.jspecify.annotations.NullMarked;
