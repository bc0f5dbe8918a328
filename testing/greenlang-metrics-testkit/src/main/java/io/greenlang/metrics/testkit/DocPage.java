package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A documentation page whose Java snippets the tests compile and run unchanged. */
public final class DocPage {

  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);

  private static final List<String> IMPORTS =
      List.of(
          "io.greenlang.metrics.*",
          "io.greenlang.metrics.hub.*",
          "io.greenlang.metrics.websocket.*",
          "io.greenlang.metrics.websocket.auth.*",
          "java.time.*",
          "java.util.*",
          "java.util.concurrent.*",
          "java.util.concurrent.atomic.*");

  private DocPage() {}

  /**
   * Returns the Java snippets of a page in their order.
   *
   * @param path the path from the repository's root, such as {@code docs/how-to/jwt.md}
   * @throws IOException if the page cannot be read
   */
  public static List<String> snippets(String path) throws IOException {
    return blocks(path, "java");
  }

  /**
   * Returns the blocks of a language in their order.
   *
   * @param path the path from the repository's root
   * @param language the word after the opening fence, such as {@code sh}
   * @throws IOException if the page cannot be read
   */
  public static List<String> blocks(String path, String language) throws IOException {
    return BLOCK
        .matcher(Files.readString(root().resolve(path)))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  /** Returns the repository's root, which is above the folder in which Maven runs the tests. */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/README.md"))) {
      folder =
          Objects.requireNonNull(
              folder.getParent(), "no folder above the working directory contains docs/README.md");
    }
    return folder;
  }

  /**
   * Compiles and runs statements in an instance method.
   *
   * @param folder the folder for the class files
   * @param statements the statements, the last of which returns the result
   * @param imports the packages to import besides those that most snippets need, such as {@code
   *     io.undertow.*}
   * @return the result
   * @throws Exception that of the statements, wrapped by reflection
   */
  public static Object run(Path folder, String statements, String... imports) throws Exception {
    StringBuilder source = new StringBuilder();
    Stream.concat(IMPORTS.stream(), Stream.of(imports))
        .forEach(name -> source.append("import ").append(name).append(";\n"));
    source.append("public class Snippet { public Object run() throws Exception {\n");
    source.append(statements).append("} }\n");
    compile(Files.writeString(folder.resolve("Snippet.java"), source));
    try (URLClassLoader classes = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      Class<?> snippet = classes.loadClass("Snippet");
      return snippet.getMethod("run").invoke(snippet.getConstructor().newInstance());
    }
  }

  /** Compiles a source file into its folder. */
  private static void compile(Path source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      Iterable<? extends JavaFileObject> sources =
          files.getJavaFileObjects(new File[] {source.toFile()});
      List<String> options =
          List.of(
              "-proc:none",
              "-d",
              String.valueOf(source.getParent()),
              "-cp",
              System.getProperty("java.class.path"));
      boolean compiled = compiler.getTask(messages, files, null, options, null, sources).call();
      assertThat(compiled).as("%s", messages).isTrue();
    }
  }
}
