package io.greenlang.metrics.containers;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program of the page about Undertow. */
@Timeout(120)
class UndertowDocTest {

  @TempDir Path folder;

  @Test
  void snippet_unchanged_servesClients() throws Exception {
    EmbedPage.requireServes(
        "docs/how-to/embed-undertow.md",
        folder,
        "",
        """
        DeploymentManager deployment = Servlets.newContainer().addDeployment(application);
        deployment.deploy();
        Undertow undertow =
            Undertow.builder().addHttpListener(0, "127.0.0.1").setHandler(deployment.start()).build();
        undertow.start();
        int port =
            ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
        AutoCloseable container = undertow::stop;
        """,
        "io.undertow.Undertow",
        "io.undertow.server.DefaultByteBufferPool",
        "io.undertow.server.handlers.resource.ClassPathResourceManager",
        "io.undertow.servlet.Servlets",
        "io.undertow.servlet.api.*",
        "io.undertow.servlet.util.ImmediateInstanceFactory",
        "io.undertow.websockets.jsr.WebSocketDeploymentInfo",
        "jakarta.servlet.ServletContainerInitializer",
        "java.net.InetSocketAddress");
  }
}
