package io.greenlang.metrics.spring.boot.internal.session;

import io.greenlang.metrics.spring.boot.internal.ChannelAuthorities;
import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.transport.Handshake;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.SecurityContextRepository;

/**
 * A filter that lets a signed-in user of the application connect without a token. It adds a ticket
 * to a handshake that has no token of its own, in place of an {@code Authorization} of another
 * scheme. The server checks the page's origin first, so a page of another site cannot use the
 * session.
 */
public final class SessionTicketFilter extends HttpFilter {

  private static final long serialVersionUID = 1;
  private static final Logger log = LoggerFactory.getLogger(SessionTicketFilter.class);
  private static final String AUTHORIZATION = "Authorization";

  private final transient SessionTickets tickets;
  private final transient SecurityContextRepository sessions;
  private final transient ChannelAuthorities channels;

  /**
   * Creates a filter.
   *
   * @param sessions the place where Spring Security keeps signed-in users
   */
  public SessionTicketFilter(
      SessionTickets tickets, SecurityContextRepository sessions, ChannelAuthorities channels) {
    this.tickets = tickets;
    this.sessions = sessions;
    this.channels = channels;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String ticket = hasToken(request) ? null : ticket(request);
    if (ticket == null) {
      chain.doFilter(request, response);
      return;
    }
    try {
      chain.doFilter(new RequestWithTicket(request, ticket), response);
    } finally {
      tickets.revoke(ticket);
    }
  }

  private static boolean hasToken(HttpServletRequest request) {
    if (Collections.list(request.getHeaders(AUTHORIZATION)).stream()
        .anyMatch(each -> Handshake.bearerToken(each) != null)) {
      return true;
    }
    List<String> subprotocols =
        Handshake.splitLists(Collections.list(request.getHeaders("Sec-WebSocket-Protocol")));
    try {
      return subprotocols.stream().anyMatch(each -> each.startsWith("bearer."))
          || !Handshake.queryTokens(request.getQueryString()).isEmpty();
    } catch (IllegalArgumentException malformedQuery) {
      return true; // the server rejects the query itself
    }
  }

  private @Nullable String ticket(HttpServletRequest request) {
    Authentication user = user(request);
    if (user == null) {
      return null;
    }
    try {
      Principal reader = channels.principal(user.getName(), null, user.getAuthorities());
      return tickets.issue(
          new Principal(
              reader.subject(),
              null,
              reader.channels(),
              reader.tags(),
              reader.publish(),
              SignOutListener.tokenId(request),
              null));
    } catch (AuthenticationException e) {
      log.debug("Refused the session of a user: {}", e.getMessage());
      return null;
    }
  }

  /** Returns the signed-in user of the request; null if there is none. */
  private @Nullable Authentication user(HttpServletRequest request) {
    Authentication user = SecurityContextHolder.getContext().getAuthentication();
    if (user == null) {
      user = sessions.loadDeferredContext(request).get().getAuthentication();
    }
    boolean signedIn =
        user != null && user.isAuthenticated() && !(user instanceof AnonymousAuthenticationToken);
    return signedIn ? user : null;
  }

  /** A request whose token is a ticket. */
  private static final class RequestWithTicket extends HttpServletRequestWrapper {

    private final String authorization;

    RequestWithTicket(HttpServletRequest request, String ticket) {
      super(request);
      this.authorization = "Bearer " + ticket;
    }

    @Override
    public @Nullable String getHeader(String name) {
      return name.equalsIgnoreCase(AUTHORIZATION) ? authorization : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
      return name.equalsIgnoreCase(AUTHORIZATION)
          ? Collections.enumeration(List.of(authorization))
          : super.getHeaders(name);
    }
  }
}
