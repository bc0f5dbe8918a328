package io.greenlang.metrics.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A configured SDK in applications whose class path lacks a part of the server. */
@Timeout(180)
class MissingServerTest {

  private static final Pattern PATHS = Pattern.compile(File.pathSeparator);

  private static final String SDK =
      "io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk";

  /** Returns the class path of this test without some modules. */
  private static URL[] classPathWithout(String... modules) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (Path entry :
        PATHS.splitAsStream(System.getProperty("java.class.path")).map(Path::of).toList()) {
      if (List.of(modules).stream().noneMatch(entry.toString()::contains)) {
        urls.add(entry.toUri().toURL());
      }
    }
    return urls.toArray(new URL[0]);
  }

  /** Configures an SDK whose classes have their own loader. */
  private static Object configure(ClassLoader loader) throws ReflectiveOperationException {
    Supplier<Map<String, String>> properties =
        () ->
            Map.of(
                "otel.metrics.exporter", "greenlang",
                "otel.traces.exporter", "none",
                "otel.logs.exporter", "none");
    Object builder = loader.loadClass(SDK).getMethod("builder").invoke(null);
    Class<?> type = builder.getClass();
    type.getMethod("setServiceClassLoader", ClassLoader.class).invoke(builder, loader);
    type.getMethod("disableShutdownHook").invoke(builder);
    type.getMethod("addPropertiesSupplier", Supplier.class).invoke(builder, properties);
    return type.getMethod("build").invoke(builder);
  }

  private static @Nullable Throwable failure(URL[] classPath) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(loader);
      configure(loader);
      return null;
    } catch (InvocationTargetException e) {
      return e.getCause();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void property_withoutTheServersModule_failsWithTheRemedy() throws Exception {
    assertThat(failure(classPathWithout("greenlang-metrics-websocket", "greenlang-metrics-netty")))
        .hasMessageContaining("needs greenlang-metrics-netty")
        .hasMessageContaining("publishTo");
  }

  @Test
  void property_withoutATransport_failsWithTheRemedy() throws Exception {
    System.setProperty("JWT_SECRET_KEY", "a secret of at least thirty-two bytes");
    try {
      assertThat(failure(classPathWithout("greenlang-metrics-netty")))
          .hasMessageContaining("greenlang-metrics-netty")
          .hasMessageContaining("publishTo");
    } finally {
      System.clearProperty("JWT_SECRET_KEY");
    }
  }
}
