package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.Version;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NettyVersionsTest {

  @TempDir Path folder;

  @Test
  void requireSupported_ownVersion_isTestedOne() {
    assertThatCode(NettyVersions::requireSupported).doesNotThrowAnyException();
    assertThat(Version.identify().get("netty-transport"))
        .extracting(Version::artifactVersion)
        .isEqualTo(NettyVersions.TESTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.1.138.Final", "4.0.56.Final", "3.10.6.Final"})
  void problem_oldJar_namesIt(String version) {
    assertThat(
            NettyVersions.problem(Map.of("netty-buffer", "4.2.1.Final", "netty-handler", version)))
        .isEqualTo("netty-handler " + version + " is");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.2.0.Final", "4.2.18.Final", "4.10.0.Final", "5.0.0.Final", "unknown"})
  void problem_otherVersion_isNone(String version) {
    assertThat(
            NettyVersions.problem(
                Map.of("netty-common", version, "netty-codec-dns", "4.1.1.Final")))
        .isNull();
  }

  /** Spring Boot 3 puts jars of Netty 4.1 on the class path; here only their file of versions. */
  @Test
  void create_olderNettyOnClassPath_namesPropertyAndValue() throws Exception {
    Path versions = Files.createDirectory(folder.resolve("META-INF"));
    Files.writeString(
        versions.resolve("io.netty.versions.properties"),
        """
        netty-transport.version=4.1.118.Final
        netty-transport.buildDate=2025-02-01 00:00:00 +0000
        netty-transport.commitDate=2025-02-01 00:00:00 +0000
        netty-transport.shortCommitHash=0
        netty-transport.longCommitHash=0
        netty-transport.repoStatus=clean
        """);
    try (URLClassLoader loader =
        new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      Class<?> provider = loader.loadClass(NettyTransportProvider.class.getName());
      Object instance = provider.getConstructor().newInstance();
      assertThatThrownBy(() -> provider.getMethod("create").invoke(instance))
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "netty-transport 4.1.118.Final is on the class path, but greenlang-metrics-netty"
                  + " requires Netty 4.2: set its version to 4.2.18.Final, with Spring Boot by the"
                  + " property netty.version=4.2.18.Final");
    }
  }

  /** The jars of the test, without the true versions of the replaced one. */
  private URL[] classPath() throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    urls.add(folder.toUri().toURL()); // the last file wins
    return urls.toArray(new URL[0]);
  }
}
