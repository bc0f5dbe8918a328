package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java compiles and runs, as it stands there. */
class ReadmeTest {

  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private static final String IMPORTS =
      """
      import io.greenlang.metrics.*;
      import io.greenlang.metrics.collectors.*;
      import io.greenlang.metrics.hub.*;
      import io.greenlang.metrics.websocket.*;
      import java.time.*;
      """;

  @TempDir Path folder;

  @Test
  void tenLines_compileRunAndStop() throws Exception {
    List<String> snippets = snippets();
    assertThat(snippets).hasSize(1);
    // Any free port, since 8000 may be taken here; and an end, which a page need not show.
    String body = snippets.get(0).replace(".port(8000)", ".port(0)");
    assertThat(body).isNotEqualTo(snippets.get(0));
    Object result = run(body + "\nvar stats = server.stats(); collector.stop(); server.stop();\n");
    assertThat(result.toString()).contains("running=true").contains("publications=");
  }

  private static List<String> snippets() throws IOException {
    List<String> found = new ArrayList<>();
    Matcher matcher = JAVA.matcher(Files.readString(Path.of("../../README.md")));
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private Object run(String body) throws Exception {
    String secret = "a secret of at least thirty-two bytes";
    Path source = folder.resolve("Snippet.java");
    Files.writeString(
        source,
        IMPORTS
            + "public class Snippet { public static Object run(String secret) {\n"
            + body
            + "return stats; } }\n");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      Iterable<? extends JavaFileObject> sources =
          files.getJavaFileObjects(new File[] {source.toFile()});
      List<String> options =
          List.of(
              "-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
      boolean compiled = compiler.getTask(messages, files, null, options, null, sources).call();
      assertThat(compiled).as("%s", messages).isTrue();
    }
    try (URLClassLoader classes = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      Method run = classes.loadClass("Snippet").getMethod("run", String.class);
      return run.invoke(null, secret);
    }
  }
}
