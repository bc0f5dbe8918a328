package io.greenlang.metrics.containers;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program of the page about Tomcat. */
@Timeout(120)
class TomcatDocTest {

  @TempDir Path folder;

  @Test
  void snippet_unchanged_servesClients() throws Exception {
    EmbedPage.requireServes(
        "docs/how-to/embed-tomcat.md",
        folder,
        """
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir("%s");
        tomcat.setPort(0);
        """
            .formatted(folder.resolve("tomcat")),
        """
        tomcat.start();
        int port = tomcat.getConnector().getLocalPort();
        AutoCloseable container = tomcat::stop;
        """,
        "org.apache.catalina.Context",
        "org.apache.catalina.startup.Tomcat",
        "org.apache.tomcat.websocket.server.WsSci");
  }
}
