package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
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

/** A documentation page whose Java snippets the tests compile and run unchanged. */
final class DocPage {

  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private static final String IMPORTS =
      """
      import io.greenlang.metrics.*;
      import io.greenlang.metrics.collectors.*;
      import io.greenlang.metrics.hub.*;
      import io.greenlang.metrics.websocket.*;
      import java.time.*;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.concurrent.atomic.*;
      """;

  private DocPage() {}

  /** Returns the Java snippets of a page, given its path from the repository's root. */
  static List<String> snippets(String path) throws IOException {
    List<String> found = new ArrayList<>();
    Matcher matcher = JAVA.matcher(Files.readString(Path.of("../..").resolve(path)));
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  /**
   * Compiles and runs statements, the last of which returns the result. Reflection wraps their
   * exceptions.
   */
  static Object run(Path folder, String statements) throws Exception {
    Path source = folder.resolve("Snippet.java");
    Files.writeString(
        source,
        IMPORTS
            + "public class Snippet { public static Object run() throws Exception {\n"
            + statements
            + "} }\n");
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
      return classes.loadClass("Snippet").getMethod("run").invoke(null);
    }
  }
}
