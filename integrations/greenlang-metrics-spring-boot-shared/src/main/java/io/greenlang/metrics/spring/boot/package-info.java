/** The properties and the life cycle of the metrics server in a Spring Boot application. */
@NullMarked
package io.greenlang.metrics.spring.boot;

import org.jspecify.annotations.NullMarked;
