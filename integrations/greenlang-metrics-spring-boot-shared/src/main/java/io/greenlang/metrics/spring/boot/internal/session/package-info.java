/** The clients of users who are signed in with a session of the application. */
@NullMarked
package io.greenlang.metrics.spring.boot.internal.session;

import org.jspecify.annotations.NullMarked;
