package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.websocket.auth.Authenticator;

/**
 * One of the ways in which a client may authenticate. It is not a bean of type {@link
 * Authenticator}, because a bean of that type replaces all of them.
 *
 * @param name the name for the log
 * @param authenticator the check of a token
 */
public record AuthenticationMethod(String name, Authenticator authenticator) {}
