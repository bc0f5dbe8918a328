package io.greenlang.metrics.containers;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program of the page about Jetty. */
@Timeout(120)
class JettyDocTest {

  @TempDir Path folder;

  @Test
  void snippet_unchanged_servesClients() throws Exception {
    EmbedPage.requireServes(
        "docs/how-to/embed-jetty.md",
        folder,
        "Server jetty = new Server(0);\n",
        """
        jetty.setHandler(application);
        jetty.start();
        int port = jetty.getURI().getPort();
        AutoCloseable container = jetty::stop;
        """,
        "org.eclipse.jetty.ee10.servlet.ServletContextHandler",
        "org.eclipse.jetty.ee10.websocket.jakarta.server.config"
            + ".JakartaWebSocketServletContainerInitializer",
        "org.eclipse.jetty.server.Server");
  }
}
