package io.greenlang.metrics.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedSectionTest {

  @TempDir Path directory;

  @Test
  void replace_documentWithSection_keepsTheRest() throws IOException {
    Path document =
        Files.writeString(
            directory.resolve("page.md"), "before\n<!-- begin x -->\nold\n<!-- end x -->\nafter\n");
    new GeneratedSection(document, "x").replace("new\n");
    new GeneratedSection(document, "x").replace("newer\n");
    assertThat(document).hasContent("before\n<!-- begin x -->\n\nnewer\n\n<!-- end x -->\nafter\n");
  }

  @Test
  void replace_documentWithoutSection_namesTheComments() throws IOException {
    Path document = Files.writeString(directory.resolve("page.md"), "text\n");
    assertThatThrownBy(() -> new GeneratedSection(document, "x").replace("new\n"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("<!-- begin x -->");
  }
}
