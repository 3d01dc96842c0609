package io.sapflow.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code -Dsapflow.fuzz.templates=N} tries more; a seed that once found something is named. */
class TemplateFuzzTest {
  private static final Instant NOW = Instant.parse("2024-07-26T09:05:07Z");

  /** Enough to walk what grows, and little enough for thousands of cases in seconds. */
  private static final long STEPS = 50_000;

  /** What became of a case: its text or message, and the steps that it took. */
  private record Outcome(String text, long steps) {}

  private static Outcome outcome(String source, Map<String, Object> variables) {
    Budget budget = new Budget(STEPS);
    try {
      return new Outcome(
          ChatTemplate.parse(source).render(variables, NOW, budget).text(), budget.spent());
    } catch (TemplateException e) {
      return new Outcome("! " + e.getMessage(), budget.spent());
    }
  }

  @Test
  void templates_byTheGrammar_endTheSameEachTime() {
    int cases = Integer.getInteger("sapflow.fuzz.templates", 1000);
    int rendered = 0;
    for (long seed = 0; seed < cases; seed++) {
      TemplateGrammar grammar = new TemplateGrammar(seed);
      String source = grammar.template();
      Map<String, Object> variables = grammar.variables();
      Outcome first = outcome(source, variables);
      assertThat(outcome(source, variables)).as("seed %d: %s", seed, source).isEqualTo(first);
      assertThat(first.steps()).as("seed %d", seed).isBetween(0L, STEPS + 1);
      assertThat(first.text()).as("seed %d: %s", seed, source).doesNotContain(ChatTemplate.FAULT);
      rendered += first.text().startsWith("! ") ? 0 : 1;
    }
    // Most fail, by a type or an undefined name; enough must not.
    assertThat(rendered).isGreaterThan(cases / 20);
  }
}
