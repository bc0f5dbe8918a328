package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.TransportContract;

/** The contract of a transport, and what is a container's alone. */
public abstract class JakartaContract extends TransportContract {}
