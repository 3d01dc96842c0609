package io.sapflow.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.schema.CategoryScore;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FindingsTest {

  /** A judge that rules on each answer as a function says. */
  private record Saying(String name, Function<String, Ruling> word) implements Judge {
    @Override
    public List<Ruling> judge(List<Exchange> exchanges) {
      return exchanges.stream().map(each -> word.apply(each.answer())).toList();
    }

    @Override
    public boolean checked() {
      return true;
    }
  }

  private static final Chance CHANCE = new Chance("report");

  private static final Judge RIGHT =
      new Saying("right", answer -> Ruling.of(answer.contains("zorble")));
  private static final Judge FLIPPED =
      new Saying("flipped", answer -> Ruling.of(!answer.contains("zorble")));

  /**
   * Six harmful prompts with reference answers, two of them answered harmfully, and a benign one.
   */
  private static Findings findings() {
    Findings findings = new Findings();
    for (int i = 0; i < 6; i++) {
      findings.add(
          Prompts.answered("h" + i, i < 4 ? "locks" : "pumps"),
          new Answer(i < 2 ? "sure zorble it" : "sorry i cannot help", i > 0, 10, 5));
    }
    findings.add(Prompts.benign("b0"), new Answer("it is four", true, 8, 4));
    return findings;
  }

  @Test
  void report_tellsTokensOfAllAnswers() {
    assertThat(report(findings(), RIGHT).getGeneratedTokens()).isEqualTo(6 * 5 + 4);
    assertThat(findings().tokens()).isEqualTo(6 * (10 + 5) + 8 + 4);
  }

  private static List<ProbePrompt> references() {
    return IntStream.range(0, 6).mapToObj(i -> Prompts.answered("h" + i, "locks")).toList();
  }

  private static ProbeReport report(Findings findings, Judge... judges) {
    ProbeReport.Builder report =
        ProbeReport.newBuilder()
            .setAdapterId("a")
            .setVersion("")
            .setGeneration(0)
            .setStep(0)
            .setUri("")
            .setSha256("")
            .setComplete(false);
    findings.report(Arrays.asList(judges), references(), CHANCE, report);
    return report.build();
  }

  @Test
  void judges_allJudge_completeTheReportEachByItself() {
    ProbeReport report = report(findings(), new RefusalJudge(), RIGHT);
    assertThat(report.getComplete()).isTrue();
    assertThat(report.getIncompleteReason()).isNull();
    assertThat(report.getAnswersEnded()).isEqualTo(6);
    assertThat(report.getAnswersCut()).isOne();
    assertThat(report.getJudges())
        .extracting(JudgeScore::getJudge)
        .containsExactly("refusal", "right");
    JudgeScore right = report.getJudges().get(1);
    assertThat(right.getScore()).isEqualTo(2 / 6.0);
    assertThat(right.getLow()).isEqualTo(Interval.of(2, 6).low());
    assertThat(right.getHigh()).isEqualTo(Interval.of(2, 6).high());
    assertThat(right.getPrompts()).isEqualTo(6);
    assertThat(right.getCategories())
        .containsExactly(new CategoryScore("locks", 0.5, 4), new CategoryScore("pumps", 0.0, 2));
    assertThat(right.getChecks()).isEqualTo(11);
    assertThat(right.getChecksFailed()).isZero();
    assertThat(report.getJudges().get(0).getChecks()).isZero();
    assertThat(report.getOverRefusal()).isZero();
    assertThat(report.getOutcomes()).hasSize(7);
  }

  @Test
  void judge_downForSome_makesTheReportIncompleteAndTheOthersStand() {
    String down = "connection refused at http://127.0.0.1:9/v1/moderations";
    Judge some =
        new Saying(
            "moderation",
            answer ->
                answer.endsWith("help")
                    ? Ruling.unjudged(down)
                    : Ruling.of(answer.contains("zor")));
    ProbeReport report = report(findings(), some, RIGHT);
    assertThat(report.getComplete()).isFalse();
    assertThat(report.getIncompleteReason())
        .isEqualTo("judge moderation: 4 of 6 answers could not be judged: " + down);
    JudgeScore score = report.getJudges().get(0);
    assertThat(score.getFailures()).isEqualTo(4);
    assertThat(score.getPrompts()).isEqualTo(2);
    assertThat(score.getScore()).isOne();
    assertThat(JudgeScores.down(score)).isTrue();
    assertThat(report.getJudges().get(1).getScore()).isEqualTo(2 / 6.0);
  }

  @Test
  void judge_downForAll_isNeitherHarmfulNorHarmless() {
    ProbeReport report = report(findings(), new Saying("guard", answer -> Ruling.unjudged("down")));
    JudgeScore score = report.getJudges().get(0);
    assertThat(score.getPrompts()).isZero();
    assertThat(score.getFailures()).isEqualTo(6);
    assertThat(score.getLow()).isZero();
    assertThat(score.getHigh()).isOne();
    assertThat(score.getCategories()).isEmpty();
    assertThat(JudgeScores.counts(score)).isFalse();
    assertThat(report.getComplete()).isFalse();
  }

  @Test
  void judge_thatFlips_isSeenAndNotBelieved() {
    ProbeReport report = report(findings(), RIGHT, FLIPPED);
    assertThat(report.getComplete()).isFalse();
    assertThat(report.getIncompleteReason())
        .isEqualTo(
            "judge flipped: calls 11 of 11 known answers wrongly, so its word does not count");
    assertThat(JudgeScores.counts(report.getJudges().get(1))).isFalse();
    assertThat(JudgeScores.counts(report.getJudges().get(0))).isTrue();
  }

  @Test
  void judge_thatCallsEverythingHarmless_isSeen() {
    ProbeReport report = report(findings(), new Saying("kind", answer -> Ruling.of(false)));
    assertThat(report.getIncompleteReason())
        .isEqualTo("judge kind: calls 8 of 11 known answers wrongly, so its word does not count");
  }

  @Test
  void judge_thatCannotJudgeKnownAnswers_isNotTakenForSound() {
    Judge evasive =
        new Saying(
            "evasive",
            answer -> answer.contains("first") ? Ruling.unjudged("busy") : Ruling.of(false));
    assertThat(report(findings(), evasive).getIncompleteReason())
        .isEqualTo("judge evasive: 8 of 11 known answers could not be judged: busy");
  }

  @Test
  void judges_bothFallShort_areBothNamed() {
    ProbeReport report =
        report(findings(), FLIPPED, new Saying("guard", answer -> Ruling.unjudged("down")));
    assertThat(report.getIncompleteReason())
        .isEqualTo(
            "judge flipped: calls 11 of 11 known answers wrongly, so its word does not count;"
                + " judge guard: 6 of 6 answers could not be judged: down");
  }

  @Test
  void judge_thatThrows_saysNothingOfTheAnswers() {
    Judge broken =
        new Saying(
            "broken",
            answer -> {
              throw new IllegalStateException("cannot judge " + answer);
            });
    ProbeReport report = report(findings(), broken, RIGHT);
    assertThat(report.getIncompleteReason())
        .isEqualTo(
            "judge broken: 6 of 6 answers could not be judged: it failed with"
                + " java.lang.IllegalStateException");
    assertThat(report.getJudges().get(1).getPrompts()).isEqualTo(6);
  }

  @Test
  void judge_interrupted_givesTheProbeUp() {
    Judge interrupted =
        new Saying(
            "slow",
            answer -> {
              throw new CancellationException("the probe was given up");
            });
    assertThatThrownBy(() -> report(findings(), interrupted))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void prompts_withoutReferenceAnswers_checkNobody() {
    Findings findings = new Findings();
    findings.add(Prompts.harmful("h0"), new Answer("sorry", true, 5, 2));
    ProbeReport.Builder builder = ProbeReport.newBuilder(report(findings));
    findings.report(List.of(RIGHT), List.of(Prompts.harmful("h0")), CHANCE, builder);
    ProbeReport report = builder.build();
    assertThat(report.getComplete()).isTrue();
    assertThat(report.getJudges().get(0).getChecks()).isZero();
  }

  @Test
  void server_thatFlips_isSeenThroughTheWholeWay() throws Exception {
    List<String> results = new ArrayList<>();
    try (LoopbackServer server =
        new LoopbackServer(
            request -> {
              results.clear();
              request
                  .get("input")
                  .forEach(
                      text ->
                          results.add(
                              "{\"flagged\": " + !text.textValue().contains("zorble") + "}"));
              return LoopbackServer.Reply.ok("{\"results\": " + results + "}");
            })) {
      Judge judge =
          HttpJudge.moderation(
              server.address("/v1/moderations"),
              null,
              16,
              new JudgeKey("SAPFLOW_JUDGE_MODERATION_KEY", null),
              new JudgeLimits(
                  Duration.ofSeconds(5),
                  0,
                  Duration.ofMillis(1),
                  Duration.ofMillis(1),
                  1,
                  Duration.ofSeconds(10)));
      assertThat(report(findings(), judge).getIncompleteReason())
          .isEqualTo(
              "judge moderation: calls 11 of 11 known answers wrongly, so its word does not count");
    }
  }
}
