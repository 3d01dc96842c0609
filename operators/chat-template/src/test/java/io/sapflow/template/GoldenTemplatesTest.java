package io.sapflow.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Renderings recorded from Python's jinja2, held to the character. */
class GoldenTemplatesTest {
  private static final Instant NOW = Instant.parse("2024-07-26T09:05:07Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode goldens() throws IOException {
    try (InputStream in =
        GoldenTemplatesTest.class.getResourceAsStream("/chat-templates/goldens.json")) {
      return JSON.readTree(in);
    }
  }

  static Stream<Arguments> cases() throws IOException {
    JsonNode goldens = goldens();
    List<Arguments> cases = new ArrayList<>();
    for (JsonNode row : goldens.get("cases")) {
      String template = row.get("template").textValue();
      String source = goldens.get("templates").get(template).textValue();
      cases.add(Arguments.of(template + " " + row.get("case").textValue(), source, row));
    }
    return cases.stream();
  }

  @Test
  void goldens_all_ninety() throws IOException {
    assertThat(cases()).hasSize(90);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void render_recordedCase_matchesPython(String name, String source, JsonNode row) {
    Map<String, Object> context =
        JSON.convertValue(row.get("context"), new TypeReference<Map<String, Object>>() {});
    ChatTemplate template = ChatTemplate.parse(source);
    if (row.has("error")) {
      TemplateException failure =
          catchThrowableOfType(
              TemplateException.class, () -> template.render(context, NOW, new Budget()));
      assertThat(failure).as(name).isNotNull();
      assertThat(failure.detail()).isEqualTo(row.get("error").textValue());
      assertThat(failure.line()).isPositive();
      return;
    }
    Rendering rendering = template.render(context, NOW, new Budget());
    assertThat(rendering.text()).isEqualTo(row.get("expected").textValue());
    if (row.has("generationSpans")) {
      List<Span> spans = new ArrayList<>();
      row.get("generationSpans")
          .forEach(span -> spans.add(new Span(span.get(0).intValue(), span.get(1).intValue())));
      assertThat(rendering.generationSpans()).isEqualTo(spans);
    }
  }
}
