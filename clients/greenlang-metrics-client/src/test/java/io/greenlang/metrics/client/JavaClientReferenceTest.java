package io.greenlang.metrics.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.HistoryQuery;
import io.greenlang.metrics.client.model.MetricSubscription;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares docs/reference/java-client.md with the public methods of the client. */
class JavaClientReferenceTest {

  private static final Path PAGE = Path.of("../../docs/reference/java-client.md");
  private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");
  private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| (`[^|]+`) \\|");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @ParameterizedTest
  @ValueSource(classes = {MetricsClient.class, MetricSubscription.class, HistoryQuery.class})
  void table_ofClass_hasItsPublicMethods(Class<?> type) throws Exception {
    assertThat(documented(type.getSimpleName()))
        .isEqualTo(publicMethods(type, JavaClientReferenceTest::signature));
  }

  @Test
  void options_ofThePage_areThoseOfTheBuilder() throws Exception {
    Set<String> options = publicMethods(MetricsClientBuilder.class, Method::getName);
    options.removeAll(Set.of("build", "connect"));
    assertThat(documented("Options")).isEqualTo(options);
  }

  @Test
  void errors_ofThePage_areThoseOfTheClient() throws Exception {
    String section = section("Errors");
    for (ErrorCode code : ErrorCode.values()) {
      boolean isServers = ErrorCode.ofServer(code.name()) == code && code != ErrorCode.OTHER;
      assertThat(section.contains("`" + code + "`")).as("%s", code).isEqualTo(!isServers);
    }
  }

  /** Returns the text from a heading to the next one. */
  private static String section(String heading) throws Exception {
    Matcher section =
        Pattern.compile("(?ms)^(##+) `?" + heading + "`?$(.*?)(?=^##+ |\\z)")
            .matcher(Files.readString(PAGE));
    assertThat(section.find()).as("the section %s of %s", heading, PAGE).isTrue();
    return section.group(2);
  }

  /** Returns the code in the first cells of the table in a section. */
  private static Set<String> documented(String heading) throws Exception {
    return FIRST_CELL
        .matcher(section(heading))
        .results()
        .flatMap(cell -> CODE.matcher(cell.group(1)).results())
        .map(code -> code.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> publicMethods(Class<?> type, Function<Method, String> text) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .filter(method -> !OF_EVERY_OBJECT.contains(method.getName()))
        .map(text)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns a signature such as {@code history(HistoryQuery): CompletableFuture<List<Metric>>}. */
  private static String signature(Method method) {
    String parameters =
        Arrays.stream(method.getGenericParameterTypes())
            .map(JavaClientReferenceTest::name)
            .collect(Collectors.joining(", "));
    String list = method.isVarArgs() ? parameters.replaceAll("\\[]$", "...") : parameters;
    return method.getName() + "(" + list + "): " + name(method.getGenericReturnType());
  }

  private static String name(Type type) {
    return type.getTypeName().replaceAll("(?:[a-z]+\\.)+", "").replace('$', '.');
  }
}
