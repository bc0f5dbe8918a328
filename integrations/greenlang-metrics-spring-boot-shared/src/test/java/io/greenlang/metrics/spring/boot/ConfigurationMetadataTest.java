package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The metadata that editors read, and the table of the documentation. */
class ConfigurationMetadataTest {

  private static List<String> names(Class<?> type, String prefix) {
    List<String> names = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String name =
          prefix + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
      if (component.getType().isRecord()) {
        names.addAll(names(component.getType(), name + "."));
      } else {
        names.add(name);
      }
    }
    return names;
  }

  @Test
  void metadata_eachProperty_hasDescriptionAndType() throws Exception {
    JsonNode properties;
    try (InputStream metadata =
        getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
      properties = new ObjectMapper().readTree(metadata).path("properties");
    }
    for (String name : names(GreenlangMetricsProperties.class, "greenlang.metrics.")) {
      JsonNode property = MissingNode.getInstance();
      for (JsonNode each : properties) {
        property = each.path("name").asText().equals(name) ? each : property;
      }
      assertThat(property.path("description").asText()).as(name).isNotBlank();
      assertThat(property.path("type").asText()).as(name).isNotBlank();
    }
  }

  @Test
  void page_eachProperty_isInItsTable() throws Exception {
    String page = Files.readString(Path.of("../../docs/how-to/spring-boot.md"));
    assertThat(page)
        .contains(
            names(GreenlangMetricsProperties.class, "").stream()
                .map(name -> "`" + name + "`")
                .toList());
  }
}
