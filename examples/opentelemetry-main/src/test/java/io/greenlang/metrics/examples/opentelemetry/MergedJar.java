package io.greenlang.metrics.examples.opentelemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * A jar with the content of other jars and of folders, as maven-shade-plugin builds it: files of
 * {@code META-INF/services} with the same name are joined. Of other files with the same name, the
 * first one counts. Signatures, module descriptors and versions for newer JDKs are left out.
 */
final class MergedJar {

  private static final String SERVICES = "META-INF/services/";

  private final Map<String, byte[]> files = new TreeMap<>();

  private MergedJar() {}

  /**
   * Writes a jar.
   *
   * @param mainClass the class that {@code java -jar} runs; blank for none
   * @param classPath the jars and folders
   */
  static void write(Path jar, String mainClass, List<Path> classPath) throws IOException {
    MergedJar merged = new MergedJar();
    for (Path entry : classPath) {
      merged.add(entry);
    }
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!mainClass.isBlank()) {
      manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
    }
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      for (Map.Entry<String, byte[]> each : merged.files.entrySet()) {
        out.putNextEntry(new ZipEntry(each.getKey()));
        out.write(each.getValue());
      }
    }
  }

  private void add(Path entry) throws IOException {
    if (Files.isDirectory(entry)) {
      addAll(entry);
      return;
    }
    try (FileSystem jar = FileSystems.newFileSystem(entry)) {
      addAll(jar.getPath("/"));
    }
  }

  private void addAll(Path root) throws IOException {
    List<Path> found;
    try (Stream<Path> all = Files.walk(root)) {
      found = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : found) {
      String name = root.relativize(file).toString();
      if (!isLeftOut(name)) {
        files.merge(name, Files.readAllBytes(file), (first, other) -> join(name, first, other));
      }
    }
  }

  private static boolean isLeftOut(String name) {
    return name.equals("META-INF/MANIFEST.MF")
        || name.startsWith("META-INF/versions/")
        || name.endsWith("module-info.class")
        || name.matches("META-INF/[^/]*\\.(SF|RSA|DSA)");
  }

  private static byte[] join(String name, byte[] first, byte[] other) {
    if (!name.startsWith(SERVICES)) {
      return first;
    }
    byte[] both = new byte[first.length + 1 + other.length];
    System.arraycopy(first, 0, both, 0, first.length);
    both[first.length] = '\n';
    System.arraycopy(other, 0, both, first.length + 1, other.length);
    return both;
  }
}
