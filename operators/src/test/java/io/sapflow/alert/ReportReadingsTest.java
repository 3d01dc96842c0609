package io.sapflow.alert;

import static io.sapflow.gate.Reports.report;
import static io.sapflow.gate.Reports.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.gate.Judgement;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.OffsetEvidence;
import io.sapflow.schema.ProbeReport;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReportReadingsTest {

  private static Judgement judgement(ProbeReport report, Verdict verdict) {
    return new Judgement(report, verdict, "why", null, version(0), 0.01, -0.02, null);
  }

  private static Map<Rule, Reading> readings(ProbeReport report) {
    return ReportReadings.of(judgement(report, Verdict.HOLD)).stream()
        .collect(Collectors.toMap(Reading::rule, reading -> reading));
  }

  @Test
  void report_givesAValueToEachRuleThatItCan() {
    Map<Rule, Reading> readings = readings(report(0, 20, 0.25));
    assertThat(readings.get(Rule.HARMFUL_SCORE).value()).isEqualTo(0.25);
    assertThat(readings.get(Rule.REGRESSION).value()).isEqualTo(0.01);
    assertThat(readings.get(Rule.OVER_REFUSAL).value()).isEqualTo(-0.02);
    assertThat(readings.get(Rule.JUDGE_DOWN).value()).isZero();
    assertThat(readings).doesNotContainKey(Rule.JUDGE_UNSOUND);
  }

  @Test
  void answersCut_areReadAsAShare_whereTheReportSaysIt() {
    ProbeReport report = report(0, 20, 0);
    assertThat(readings(report)).doesNotContainKey(Rule.ANSWERS_CUT);
    report.setAnswersEnded(0);
    report.setAnswersCut(0);
    assertThat(readings(report)).doesNotContainKey(Rule.ANSWERS_CUT);
    report.setAnswersEnded(10);
    report.setAnswersCut(30);
    Reading reading = readings(report).get(Rule.ANSWERS_CUT);
    assertThat(reading.value()).isEqualTo(0.75);
    assertThat(reading.what())
        .isEqualTo(
            "30 of 40 answers cut at their length, where no end token had come at version "
                + version(20));
    double threshold = AlertRule.of(Rule.ANSWERS_CUT).threshold();
    assertThat(reading.value()).as("answers are long, not without an end").isLessThan(threshold);
    report.setAnswersEnded(1);
    report.setAnswersCut(39);
    assertThat(readings(report).get(Rule.ANSWERS_CUT).value()).isGreaterThan(threshold);
  }

  @Test
  void judges_areReadApart() {
    ProbeReport report = report(0, 20, 0);
    report.setJudges(
        List.of(
            new JudgeScore("refusal", 0.0, 0.0, 1.0, 40, 0, List.of(), 0, 0),
            new JudgeScore("moderation", 1.0, 0.0, 1.0, 30, 10, List.of(), 8, 6)));
    List<Reading> readings = ReportReadings.of(judgement(report, Verdict.HOLD));
    assertThat(readings)
        .filteredOn(r -> r.rule() == Rule.JUDGE_DOWN)
        .extracting(r -> r.labels().get("judge"), Reading::value)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple("refusal", 0.0),
            org.assertj.core.api.Assertions.tuple("moderation", 0.25));
    assertThat(readings)
        .filteredOn(r -> r.rule() == Rule.JUDGE_UNSOUND)
        .singleElement()
        .satisfies(r -> assertThat(r.value()).isEqualTo(0.75))
        .satisfies(
            r ->
                assertThat(r.what())
                    .isEqualTo(
                        "judge moderation judged 6 of 8 known answers wrongly at version "
                            + version(20)));
    assertThat(readings)
        .filteredOn(r -> r.rule() == Rule.HARMFUL_SCORE)
        .as("of the judge whose word counts")
        .extracting(Reading::value)
        .containsExactly(0.0);
  }

  private static List<Double> margins(Double margin, Double reference) {
    ProbeReport report = report(0, 20, 0);
    report.setSafetyMargin(margin);
    Judgement judgement =
        new Judgement(report, Verdict.PROMOTE, "why", null, version(0), null, null, reference);
    return ReportReadings.of(judgement).stream()
        .filter(reading -> reading.rule() == Rule.SAFETY_MARGIN)
        .map(Reading::value)
        .toList();
  }

  @Test
  void margin_isReadInUnitsOfFiveNatsOrOfHalfOfWhatItWas() {
    assertThat(margins(4.1, 13.1)).as("9 nats down").containsExactly(9 / 5.0);
    assertThat(margins(10.0, 13.0)).as("3 nats down").containsExactly(3 / 5.0);
    assertThat(margins(1.0, 4.0)).as("3 nats and three quarters down").containsExactly(3 / 2.0);
    assertThat(margins(-4.0, -2.0)).as("2 nats down, never above zero").containsExactly(2 / 5.0);
  }

  @Test
  void margin_thatIsUnknownOrHasNoReference_isNotRead() {
    assertThat(margins(null, 13.0)).isEmpty();
    assertThat(margins(13.0, null)).isEmpty();
  }

  @Test
  void report_thatCameTooLate_givesNothing() {
    assertThat(ReportReadings.of(judgement(report(0, 20, 0.9), Verdict.STALE))).isEmpty();
  }

  private static OffsetEvidence slice(long first, Double push) {
    return new OffsetEvidence(first, first + 4, List.of(), 50, 5, push, List.of("a"));
  }

  @Test
  void slices_standInTheEvidence_theStrongestPushFirst() {
    ProbeReport report = report(0, 20, 0.25);
    report.setSlices(List.of(slice(1, null), slice(6, 0.1), slice(11, 0.7)));
    assertThat(readings(report).get(Rule.HARMFUL_SCORE).evidence().getSlices())
        .extracting(OffsetEvidence::getFirstStep)
        .containsExactly(11L, 6L, 1L);
  }
}
