/** The ways to reach the kernel: io_uring, epoll and NIO. */
@NullMarked
package io.greenlang.metrics.netty.internal.io;

import org.jspecify.annotations.NullMarked;
