/** Schedules: one thread per source, its pace and its watchdog. */
@NullMarked
package io.greenlang.metrics.collectors.internal.schedule;

import org.jspecify.annotations.NullMarked;
