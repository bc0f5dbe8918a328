/** The automatic configuration: each bean of it gives way to one of the application. */
@NullMarked
package io.greenlang.metrics.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
