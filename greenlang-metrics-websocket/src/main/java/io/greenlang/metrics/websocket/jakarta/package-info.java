/** The server inside an application's container: Tomcat, Jetty, Undertow or Tyrus. */
@NullMarked
package io.greenlang.metrics.websocket.jakarta;

import org.jspecify.annotations.NullMarked;
