package io.greenlang.metrics.containers;

import jakarta.servlet.ServletContext;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.WebResourceRoot.ResourceSetType;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.StandardRoot;
import org.apache.tomcat.websocket.server.WsSci;

/** An embedded Tomcat with one application, by default at the root context. */
final class EmbeddedTomcat implements EmbeddedContainer {

  /**
   * The outcomes in which this container differs; each is a row of
   * docs/reference/container-differences.md.
   */
  static final Map<String, String> OUTCOME_OVERRIDES =
      Map.ofEntries(
          Map.entry("a client's ping", "answered by the container"),
          Map.entry("a connection over the per-second limit", "503"),
          Map.entry("text that claims 2^63-1 bytes", "no response"),
          Map.entry("a length in a non-minimal encoding", "no response"),
          Map.entry("close with a reason that is not UTF-8", "close 1002"),
          Map.entry("/ws%2Fmetrics", "400"));

  private final Tomcat tomcat = new Tomcat();
  private final Context context;

  static {
    // Otherwise Tomcat logs unparseable requests including their token: see
    // docs/reference/container-differences.md.
    System.setProperty("org.apache.juli.logging.UserDataHelper.CONFIG", "NONE");
  }

  EmbeddedTomcat(
      Consumer<ServletContext> onStartup, Path baseDirectory, int port, int requestTimeoutMillis) {
    this(onStartup, baseDirectory, port, requestTimeoutMillis, "");
  }

  EmbeddedTomcat(
      Consumer<ServletContext> onStartup,
      Path baseDirectory,
      int port,
      int requestTimeoutMillis,
      String contextPath) {
    tomcat.setBaseDir(baseDirectory.toString());
    tomcat.setSilent(true);
    tomcat.setPort(port);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    tomcat.getConnector().setProperty("connectionTimeout", Integer.toString(requestTimeoutMillis));
    context = tomcat.addContext(contextPath, null);
    context.addServletContainerInitializer(new WsSci(), null);
    context.addServletContainerInitializer(
        (types, servletContext) -> onStartup.accept(servletContext), null);
    try {
      serveFiles(context);
      tomcat.start();
    } catch (LifecycleException | MalformedURLException e) {
      throw new IllegalStateException("failed to start Tomcat", e);
    }
  }

  @SuppressWarnings("deprecation") // Tomcat 11 renamed the method; Tomcat 10.1 lacks the new name
  private static void serveFiles(Context context) throws MalformedURLException {
    StandardRoot files = new StandardRoot(context);
    context.setResources(files);
    addResources(files, "greenlang-metrics/index.html");
    addResources(files, "greenlang-metrics/dashboards/index.json");
    Tomcat.addServlet(context, "files", new DefaultServlet());
    context.addServletMappingDecoded("/", "files");
    Tomcat.addDefaultMimeTypeMappings(context);
  }

  /** Adds the jar or the folder of a resource, as Tomcat does with each jar of a WAR. */
  private static void addResources(StandardRoot files, String name) throws MalformedURLException {
    String resource = "META-INF/resources/" + name;
    ClassLoader loader = EmbeddedTomcat.class.getClassLoader();
    String url = Objects.requireNonNull(loader.getResource(resource)).toString();
    String jar = url.substring(0, url.length() - resource.length()).replaceAll("^jar:|!/$", "");
    files.createWebResourceSet(
        ResourceSetType.RESOURCE_JAR, "/", URI.create(jar).toURL(), "/META-INF/resources");
  }

  @Override
  public int port() {
    return tomcat.getConnector().getLocalPort();
  }

  @Override
  public void undeploy() throws LifecycleException {
    context.stop();
  }

  @Override
  public void stop() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
  }
}
