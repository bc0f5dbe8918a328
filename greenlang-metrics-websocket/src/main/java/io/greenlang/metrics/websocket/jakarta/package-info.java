/** The server inside a host's container: Tomcat, Jetty, Undertow, Tyrus. */
@NullMarked
package io.greenlang.metrics.websocket.jakarta;

import org.jspecify.annotations.NullMarked;
