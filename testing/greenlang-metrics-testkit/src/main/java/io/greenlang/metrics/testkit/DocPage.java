package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A documentation page whose Java snippets the tests compile and run unchanged. */
public final class DocPage {

  private static final Pattern PUBLIC_CLASS = Pattern.compile("(?m)^public .*?class (\\w+)");
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
    compile(
        folder,
        List.of(Files.writeString(folder.resolve("Snippet.java"), source)),
        List.of("-proc:none"));
    try (URLClassLoader classes = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      Class<?> snippet = classes.loadClass("Snippet");
      return snippet.getMethod("run").invoke(snippet.getConstructor().newInstance());
    }
  }

  /**
   * Compiles complete classes with the annotation processors of the class path.
   *
   * @param folder the folder for the source and class files
   * @param sources the text of one public class each
   * @throws IOException if the folder cannot be written to
   */
  public static void compile(Path folder, List<String> sources) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String source : sources) {
      Matcher name = PUBLIC_CLASS.matcher(source);
      assertThat(name.find()).as("a public class in:%n%s", source).isTrue();
      files.add(Files.writeString(folder.resolve(name.group(1) + ".java"), source));
    }
    compile(folder, files, List.of("-processorpath", System.getProperty("java.class.path")));
  }

  private static void compile(Path folder, List<Path> sources, List<String> processing)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<String> options = new ArrayList<>(processing);
    options.addAll(List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path")));
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertThat(compiled).as("%s", messages).isTrue();
    }
  }
}
