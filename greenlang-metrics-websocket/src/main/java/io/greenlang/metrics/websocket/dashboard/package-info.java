/** Dashboards that an application ships with the page of the server. */
@NullMarked
package io.greenlang.metrics.websocket.dashboard;

import org.jspecify.annotations.NullMarked;
