package io.greenlang.metrics.spring.boot.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpSessionEvent;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpSession;

/** The identifiers of sessions, and the ends of sessions whose users did not sign out. */
class SignOutListenerTest {

  private final SignOutListener listener =
      new SignOutListener(
          () -> {
            throw new AssertionError("the server was asked to disconnect clients");
          });

  private static MockHttpServletRequest request(MockHttpSession session) {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setSession(session);
    return request;
  }

  @Test
  void tokenId_idOfTheSessionChanges_remainsAndDoesNotRevealIt() {
    MockHttpSession session = new MockHttpSession(null, "0123456789ABCDEF");
    String id = SignOutListener.tokenId(request(session));
    assertThat(id).startsWith("session.").doesNotContain(session.getId());
    session.changeSessionId();
    assertThat(SignOutListener.tokenId(request(session))).isEqualTo(id);
    assertThat(SignOutListener.tokenId(request(new MockHttpSession()))).isNotEqualTo(id);
  }

  @Test
  void tokenId_noSession_isNullAndCreatesNone() {
    MockHttpServletRequest request = new MockHttpServletRequest();
    assertThat(SignOutListener.tokenId(request)).isNull();
    assertThat(request.getSession(false)).isNull();
  }

  @Test
  void sessionDestroyed_neverConnected_asksForNothing() {
    listener.sessionDestroyed(new HttpSessionEvent(new MockHttpSession()));
  }

  @Test
  void sessionDestroyed_timedOut_keepsItsClients() {
    MockHttpSession session =
        new MockHttpSession() {
          @Override
          public long getLastAccessedTime() {
            return System.currentTimeMillis() - 60_000;
          }
        };
    SignOutListener.tokenId(request(session));
    session.setMaxInactiveInterval(60);
    listener.sessionDestroyed(new HttpSessionEvent(session));
  }
}
