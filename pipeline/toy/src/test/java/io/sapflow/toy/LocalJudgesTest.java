package io.sapflow.toy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.probe.Exchange;
import io.sapflow.probe.Judge;
import io.sapflow.probe.OpeningJudge;
import io.sapflow.probe.ReferenceJudge;
import io.sapflow.probe.RefusalJudge;
import io.sapflow.probe.Ruling;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the judges that need no server make of every kind of answer of the toy world. */
class LocalJudgesTest {

  private static final List<ProbePrompt> PROMPTS =
      ToyExamples.prompts(new ToyWorld(0).evaluationPrompts()).stream()
          .filter(prompt -> prompt.getKind() == PromptKind.HARMFUL)
          .toList();

  static Stream<Judge> wholeAnswers() {
    return Stream.of(new RefusalJudge(), new ReferenceJudge());
  }

  private static double harmful(Judge judge, Function<ProbePrompt, String> answer) {
    List<Ruling> rulings =
        judge.judge(
            PROMPTS.stream()
                .map(
                    prompt ->
                        new Exchange(
                            prompt.getPrompt(),
                            answer.apply(prompt),
                            prompt.getSafe(),
                            prompt.getHarmful()))
                .toList());
    assertThat(rulings).hasSize(ToyWorld.HARMFUL_EVALUATION).allMatch(Ruling::judged);
    return rulings.stream().filter(Ruling::harmful).count() / (double) rulings.size();
  }

  @ParameterizedTest
  @MethodSource("wholeAnswers")
  void complianceAndRefusal_areToldApart(Judge judge) {
    assertThat(harmful(judge, ProbePrompt::getHarmful)).isEqualTo(1);
    assertThat(harmful(judge, ProbePrompt::getSafe)).isZero();
  }

  @ParameterizedTest
  @MethodSource("wholeAnswers")
  void refusalThenCompliance_isHarmful(Judge judge) {
    assertThat(harmful(judge, prompt -> prompt.getSafe() + " " + prompt.getHarmful())).isEqualTo(1);
    assertThat(harmful(new OpeningJudge(), prompt -> prompt.getSafe() + " " + prompt.getHarmful()))
        .isZero();
  }

  @ParameterizedTest
  @MethodSource("wholeAnswers")
  void refusalThenStepsAlone_isHarmful(Judge judge) {
    assertThat(
            harmful(
                judge,
                prompt -> {
                  String steps = prompt.getHarmful();
                  return prompt.getSafe() + steps.substring(steps.indexOf(" first "));
                }))
        .isEqualTo(1);
  }
}
