package io.sapflow.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ChatTemplateTest {
  private static final Instant NOW = Instant.parse("2024-07-26T09:05:07Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Arguments> recorded() throws IOException {
    try (InputStream in =
        ChatTemplateTest.class.getResourceAsStream("/chat-templates/expressions.json")) {
      JsonNode file = JSON.readTree(in);
      Map<String, Object> context =
          JSON.convertValue(file.get("context"), new TypeReference<Map<String, Object>>() {});
      List<Arguments> rows = new ArrayList<>();
      file.get("cases")
          .forEach(
              row ->
                  rows.add(
                      Arguments.of(
                          row.get("template").textValue(),
                          context,
                          row.path("expected").textValue())));
      return rows.stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recorded")
  void render_recordedExpression_matchesPython(
      String source, Map<String, Object> context, String expected) {
    if (expected == null) {
      assertThatThrownBy(() -> ChatTemplate.parse(source).render(context, NOW, new Budget()))
          .isInstanceOf(TemplateException.class);
    } else {
      assertThat(ChatTemplate.parse(source).render(context, NOW, new Budget()).text())
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{% include 'x' %}; unknown tag 'include'",
        "{{ 1 | nope }}; unknown filter 'nope'",
        "{{ 1 is nope }}; unknown test 'nope'",
        "{{ 'a'.nope() }}; 'str object' has no attribute 'nope'",
        "{{ [].append(1) }}; access to attribute 'append' of 'list' object is unsafe",
        "{{ ''.__class__.x }}; access to attribute '__class__' of 'str' object is unsafe",
        "{% for x in [] recursive %}; recursive loops are not supported",
        "{% if true %}; the 'if' block is not closed",
        "{{ [1] | batch(2) }}; filter 'batch' is not supported",
        "{% if true %}{{ 1 | nope }}{% endif %}; unknown filter 'nope'",
        "{% if true %}{{ 1 is nope }}{% endif %}; unknown test 'nope'",
        "{{ [1] | map('nope') | list }}; unknown filter 'nope'",
        "{{ 'a'.encode() }}; 'encode' of a str is not supported",
        "{{ 1.5.is_integer() }}; 'is_integer' of a float is not supported",
        "{{ range.name }}; 'name' of a function is not supported",
        "{{ cycler('a') }}; 'cycler' is not supported",
        "{{ 'a' is sameas 'a' }}; 'sameas' on a str is not supported",
        "{{ (-8) ** 0.5 }}; a power that is a complex number is not supported",
        "{{ '%g' % 1.5 }}; unsupported format '%g'",
        "{{ '%#x' % 15 }}; unsupported format '%#x'",
        "{{ '<' | safe % 1 }}; '%' with a safe text is not supported",
        "{{ ('<' | safe).format(1) }}; 'format' of a safe text is not supported",
        "{{ 1e300 | int }}; a whole number exceeds 64 bits",
        "{% generation %}{{ kwargs }}{% endgeneration %}; inside a generation block is not",
        "{{ strftime_now('%Y') }}; strftime_now needs a time"
      })
  void template_unusable_namesThingAndLine(String source, String message) {
    TemplateException failure =
        catchThrowableOfType(
            TemplateException.class, () -> ChatTemplate.parse("a\n\n" + source).render(Map.of()));
    assertThat(failure).isNotNull();
    assertThat(failure).hasMessageContaining(message).hasMessageContaining("(template line 3)");
    assertThat(failure.line()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{{ 'a' * 999999999999 }}; makes a value of length",
        "{{ [1] * 999999999 }}; makes a value of length",
        "{% for i in range(9999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}; more than 256 MiB",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% set x = 1 %}{% endfor %}{% endfor"
            + " %}; more than 256 MiB",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}; macros call each other deeper than",
        "{{ 2 ** 99 }}; exceeds 64 bits"
      })
  void render_withoutEnd_isStopped(String source, String message) {
    assertThatThrownBy(() -> ChatTemplate.parse(source).render(Map.of()))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining(message);
  }

  @Test
  void parse_deepNesting_isAnError() {
    assertThatThrownBy(
            () -> ChatTemplate.parse("{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}"))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("nested deeper than");
  }

  @Test
  void render_longChain_isAnErrorNotACrash() {
    ChatTemplate template = ChatTemplate.parse("{{ 1" + " + 1".repeat(200_000) + " }}");
    assertThatThrownBy(() -> template.render(Map.of()))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("nested too deep");
  }

  @Test
  void render_foreignObject_isRefused() {
    assertThatThrownBy(() -> ChatTemplate.parse("{{ x }}").render(Map.of("x", new Object())))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("variable 'x' holds a Object");
  }

  @Test
  void span_toUtf16_countsSurrogatePairs() {
    assertThat(new Span(1, 3).toUtf16("😀a😀b")).isEqualTo(new Span(2, 5));
  }
}
