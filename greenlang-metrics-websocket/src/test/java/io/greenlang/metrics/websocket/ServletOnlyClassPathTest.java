package io.greenlang.metrics.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application that has the servlet API, but not the WebSocket API, as a WAR and its beans do.
 */
class ServletOnlyClassPathTest {

  private static final List<String> CLASS_PATH =
      Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .filter(entry -> !entry.contains("websocket-api") && !entry.contains("websocket-client"))
          .toList();

  @TempDir Path folder;

  @Test
  void attach_servletContextListener_compiles() throws IOException {
    Path source =
        Files.writeString(
            folder.resolve("Metrics.java"),
            """
            import io.greenlang.metrics.websocket.MetricsWebSocketServer;
            import jakarta.servlet.*;

            public class Metrics implements ServletContextListener {
              private final MetricsWebSocketServer server =
                  MetricsWebSocketServer.builder().jwtSecret("x").build();

              @Override
              public void contextInitialized(ServletContextEvent event) {
                server.attach(event.getServletContext());
              }

              @Override
              public void contextDestroyed(ServletContextEvent event) {
                server.close();
              }
            }
            """);
    assertThat(compile(source)).isEmpty();
  }

  /** Returns the compiler's messages. */
  private static String compile(Path source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-cp",
            CLASS_PATH.stream().collect(Collectors.joining(File.pathSeparator)));
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
              .call();
      return compiled ? "" : messages.toString();
    }
  }

  /** Spring inspects every method of a bean. */
  @Test
  void methods_serverWithoutWebSocketApi_canBeInspected() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : CLASS_PATH) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    try (URLClassLoader loader =
        new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      Class<?> server = loader.loadClass(MetricsWebSocketServer.class.getName());
      assertThat(server.getMethods()).extracting("name").contains("attach", "start");
      assertThat(server.getDeclaredMethods()).isNotEmpty();
    }
  }
}
