package io.sapflow.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Templates that once ran without end, or that are near to one that did. */
class TemplateAttacksTest {
  private static final Instant NOW = Instant.ofEpochMilli(Long.MAX_VALUE);
  private static final String STEPS = "steps of work together";

  /** Two values of which each of 40 levels holds the one below it twice. */
  private static final String LISTS = shared("[1]", "[ns.%1$s, ns.%1$s]");

  private static final String TUPLES = shared("(1, 2)", "(ns.%1$s, ns.%1$s)");
  private static final String DEEP =
      "{% set ns = namespace(a=[], b=[]) %}{% for i in range(9999) %}{% set ns.a = [ns.a] %}"
          + "{% set ns.b = [ns.b] %}{% endfor %}";

  private static String shared(String first, String next) {
    return "{% set ns = namespace(a="
        + first
        + ", b="
        + first
        + ") %}{% for i in range(40) %}{% set ns.a = "
        + next.formatted("a")
        + " %}{% set ns.b = "
        + next.formatted("b")
        + " %}{% endfor %}";
  }

  private static Map<String, Object> messages(String content) {
    return Map.of("messages", List.of(Map.of("role", "user", "content", content)));
  }

  private static void stops(String source, String message) {
    Budget budget = new Budget();
    ChatTemplate template = ChatTemplate.parse(source);
    assertThatThrownBy(() -> template.render(messages("x".repeat(200_000)), NOW, budget))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining(message);
    assertThat(budget.spent()).isLessThanOrEqualTo(Budget.STEPS + 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{{ ns.a == ns.b }}; steps of work together",
        "{{ ns.a < ns.b }}; steps of work together",
        "{{ ns.a in [ns.b] }}; steps of work together",
        "{{ [ns.a].index(ns.b) }}; steps of work together",
        "{{ [ns.a].count(ns.b) }}; steps of work together",
        "{{ [ns.a, ns.b] | sort | length }}; steps of work together",
        "{{ [ns.a, ns.b] | max }}; steps of work together",
        "{{ {'k': ns.a} == {'k': ns.b} }}; steps of work together",
        "{{ [ns.a] | select('eq', ns.b) | list }}; steps of work together",
        "{{ ns.a }}; makes a value of length",
        "{{ '%s' % [ns.a] }}; makes a value of length",
        "{{ 'a' ~ ns.a }}; makes a value of length",
        "{{ ns.a | tojson }}; makes a value of length",
        "{{ 'x'[ns.a] }}; makes a value of length",
        "{{ [].index(ns.a) }}; makes a value of length",
        "{{ 1.5 | round(0, ns.a) }}; method must be common",
      })
  void sharedLists_walked_areStopped(String use, String message) {
    stops(LISTS + use, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{% set d = {ns.a: 1} %}{{ d | length }}",
        "{{ ns.a == ns.b }}",
        "{{ ns.a in [ns.b] }}",
        "{{ {}.get(ns.a) }}",
        "{{ ns.a in {1: 2} }}",
        "{{ dict([(ns.a, 1)]) | length }}",
        "{{ [ns.a, ns.b] | unique | list | length }}",
        "{{ ns.a is filter }}",
      })
  void sharedTuples_hashedOrCompared_areStopped(String use) {
    stops(TUPLES + use, STEPS);
  }

  @Test
  void methodsOfSharedLists_compared_areTheirValues() {
    String use =
        "{{ ns.a.copy == ns.b.copy }} {{ ns.a.copy == ns.a.copy }} {{ {ns.a.copy: 1}[ns.a.copy] }}";
    assertThat(ChatTemplate.parse(LISTS + use).render(Map.of()).text()).isEqualTo("False True 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{{ ns.a }}",
        "{{ ns.a == ns.b }}",
        "{{ ns.a < ns.b }}",
        "{{ ns.a | tojson }}",
        "{% set ns.a = (1,) %}{% for i in range(9999) %}{% set ns.a = (ns.a,) %}{% endfor %}{{ {ns.a: 1} }}",
        "{% set ns.a = [' a'] %}{% for i in range(9999) %}{% set ns.a = ns.a | map('trim') %}{% endfor %}{{ ns.a | list }}",
      })
  void deepValue_walked_isRefused(String use) {
    stops(DEEP + use, "is nested too deep; at most 300");
  }

  @Test
  void deepestTemplate_stackOfHalfAMegabyte_isEnough() throws Exception {
    List<String> sources =
        List.of(
            "{{ 1" + " + 1".repeat(5000) + " }}",
            "{{ x" + ".a".repeat(5000) + " is defined }}",
            "{{ 'a'" + "|trim".repeat(5000) + " }}",
            "{% filter trim" + "|trim".repeat(5000) + " %}a{% endfilter %}",
            DEEP + "{{ ns.a == ns.b }}",
            DEEP + "{{ ns.a }}",
            "{% macro f(n) %}{% if true %}{% for i in [1] %}{{ 1 + (1 ~ f(n + 1)) | trim }}"
                + "{% endfor %}{% endif %}{% endmacro %}{{ f(0) }}");
    List<Throwable> failures = new ArrayList<>();
    Thread thread =
        new Thread(
            null,
            () ->
                sources.forEach(
                    source ->
                        failures.add(
                            catchThrowable(() -> ChatTemplate.parse(source).render(Map.of())))),
            "small stack",
            1 << 19);
    thread.start();
    thread.join();
    assertThat(failures)
        .hasSameSizeAs(sources)
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOf(TemplateException.class)
                    .message()
                    .containsAnyOf("nested too deep", "macros call each other deeper"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{% for i in range(99999) %}{% if 'q' in messages[0].content %}{% endif %}{% endfor %}",
        "{% for i in range(99999) %}{% if 'xxxxxxxxq' in messages[0].content %}{% endif %}{% endfor %}",
        "{% for i in range(99999) %}{% set a = messages[0].content.upper() %}{% endfor %}",
        "{% for i in range(99999) %}{% set a = messages[0].content.isalnum() %}{% endfor %}",
        "{% for i in range(99999) %}{% set a = messages[0].content | length %}{% endfor %}",
        "{% for i in range(99999) %}{% if i in range(99999) %}{% endif %}{% endfor %}",
        "{{ (messages[0].content * 2).find(messages[0].content + 'q') }}",
        "{{ (messages[0].content * 2).rfind(messages[0].content + 'q') }}",
        "{{ (messages[0].content * 9).strip('q' * 8000000 + 'x') }}",
        "{{ strftime_now('%Y' * 2000000) | length }}",
        "{{ ('%g' | replace('g', '.999f') * 900000) % (1e300,) }}",
        "{{ ('1.1e-300,' * 99999).split(',') | map('float') | list | string | length }}",
      })
  void manyCharacters_lookedAt_areStopped(String source) {
    Throwable failure =
        catchThrowable(
            () ->
                ChatTemplate.parse(source)
                    .render(messages("x".repeat(200_000)), NOW, new Budget()));
    assertThat(failure)
        .isInstanceOf(TemplateException.class)
        .message()
        .containsAnyOf(STEPS, "more than 256 MiB", "makes a value of length", "not enough");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{{ messages[0].content.split('x') | length }}; 200001",
        "{{ messages[0].content.rsplit('x') | length }}; 200001",
        "{{ (messages[0].content | replace('x', ' a')).split() | length }}; 200000",
        "{{ (messages[0].content | replace('x', ' a')).rsplit() | length }}; 200000",
        "{{ (messages[0].content | replace('x', 'Σ')).lower() | length }}; 200000",
        "{{ (messages[0].content | replace('x', 'Σ.')).title() | length }}; 400000",
        "{{ range(99999) | unique | list | length }}; 99999",
        "{{ range(99999) | list | sort(reverse=true) | first }}; 99998",
        "{{ ('9' * 1000000) | int(7) }}; OverflowError",
        "{{ ('0' * 1000000 + '12') | int }}; 12",
        "{{ ('1_' * 500000 + '1') | float }}; inf",
        "{{ ('z' * 1000000) | int(7) }}; 7",
        "{{ -(-9223372036854775807 - 1) }}; OverflowError",
        "{{ (-9223372036854775807 - 1) | abs }}; OverflowError",
        "{{ (-9223372036854775807 - 1) // -1 }}; OverflowError",
        "{{ {} | dictsort(by=none) }}; You can only sort by",
      })
  void quadraticOnce_endsWithItsAnswer(String source, String answer) {
    Budget budget = new Budget();
    String found;
    try {
      found = ChatTemplate.parse(source).render(messages("x".repeat(200_000)), NOW, budget).text();
    } catch (TemplateException e) {
      found = e.getMessage();
    }
    assertThat(found).contains(answer);
    assertThat(budget.spent()).isLessThan(Budget.STEPS / 5);
  }

  @Test
  void tuplesOfOneHash_asKeys_areStopped() {
    // 31 a + b is the same for all of them.
    String source =
        "{% macro keys(n) %}{% set ns = namespace(l=[]) %}{% for i in range(n) %}{% set ns.l = ns.l"
            + " + [((i, 620000 - 31 * i), 1)] %}{% endfor %}{{ dict(ns.l) | length }}{% endmacro %}";
    assertThat(ChatTemplate.parse(source + "{{ keys(100) }}").render(Map.of()).text())
        .isEqualTo("100");
    stops(source + "{{ keys(4000) }}", STEPS);
  }

  @Test
  void renderings_ofOneRecord_drawOnOneBudget() {
    ChatTemplate template = ChatTemplate.parse("{% for i in range(999) %}{{ i }}{% endfor %}");
    Budget one = new Budget();
    template.render(Map.of(), null, one);
    Budget two = new Budget(one.spent() + one.spent() / 2);
    template.render(Map.of(), null, two);
    assertThat(two.isExhausted()).isFalse();
    assertThatThrownBy(() -> template.render(Map.of(), null, two))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("the chat's renderings do more than");
    assertThat(two.isExhausted()).isTrue();
    assertThatThrownBy(() -> template.render(Map.of(), null, two))
        .isInstanceOf(TemplateException.class);
  }
}
