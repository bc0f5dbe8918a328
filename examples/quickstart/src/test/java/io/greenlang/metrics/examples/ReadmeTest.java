package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.DocPage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that the README's Java compiles and runs unchanged. */
class ReadmeTest {

  @TempDir Path folder;

  @Test
  void tenLines_unchanged_compileRunAndStop() throws Exception {
    List<String> snippets = DocPage.snippets("README.md");
    assertThat(snippets).hasSize(1);
    // A free port, because 8000 may be in use; and a shutdown, which the page omits.
    String body = snippets.get(0).replace(".port(8000)", ".port(0)");
    assertThat(body).isNotEqualTo(snippets.get(0));
    Object result =
        DocPage.run(
            folder,
            "String secret = \"a secret of at least thirty-two bytes\";\n"
                + body
                + "\nvar stats = server.stats(); collector.stop(); server.stop(); return stats;\n",
            "io.greenlang.metrics.collectors.*");
    assertThat(result.toString()).contains("running=true").contains("publications=");
  }
}
