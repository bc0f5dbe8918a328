package io.greenlang.metrics.redis.internal.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.redis.RedisBrokerProvider;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;

class JedisVersionTest {

  @TempDir Path folder;

  @Test
  void requireSupported_ownVersion_isTestedOne() {
    assertThatCode(JedisVersion::requireSupported).doesNotThrowAnyException();
    assertThat(
            DefaultJedisClientConfig.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath())
        .endsWith("jedis-" + JedisVersion.TESTED + ".jar");
  }

  /** Spring Boot puts an older Jedis on the class path; here only its builder without resp2(). */
  @Test
  void create_olderJedisOnClassPath_namesPropertyAndValue() throws Exception {
    Path source = folder.resolve("DefaultJedisClientConfig.java");
    Files.writeString(
        source,
        """
        package redis.clients.jedis;
        public class DefaultJedisClientConfig {
          public static Builder builder() { return new Builder(); }
          public static class Builder {
            public Builder resp3() { return this; }
          }
        }
        """);
    String[] options = {"-proc:none", "-d", folder.toString(), source.toString()};
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, options)).isZero();
    try (URLClassLoader loader =
        new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      Class<?> provider = loader.loadClass(RedisBrokerProvider.class.getName());
      Object instance = provider.getConstructor().newInstance();
      assertThatThrownBy(
              () ->
                  provider
                      .getMethod("create", String.class)
                      .invoke(instance, "redis://127.0.0.1:6379"))
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "an old Jedis is on the class path, but greenlang-metrics-redis requires Jedis 8: set"
                  + " its version to 8.0.2, with Spring Boot by the property jedis.version=8.0.2");
    }
  }

  /** The class path of the test, after the replaced class. */
  private URL[] classPath() throws Exception {
    List<URL> urls = new ArrayList<>(List.of(folder.toUri().toURL()));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return urls.toArray(new URL[0]);
  }
}
