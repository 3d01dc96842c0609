package io.sapflow.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.local.run.Tally;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoScreenTest {

  private final Tally tally = new Tally();
  private final DemoScreen screen =
      new DemoScreen("http://127.0.0.1:8081", "127.0.0.1:9092", 0.1, true);

  @ParameterizedTest
  @CsvSource({"1,1", "10,4", "39,19", "59,23", "99,39", "300,100"})
  void lines_anySize_fitIntoIt(int width, int height) {
    play();
    List<AttributedString> lines = screen.lines(tally, 900, width, height);
    assertThat(lines).hasSizeLessThanOrEqualTo(height);
    assertThat(lines)
        .allSatisfy(line -> assertThat(line.columnLength()).isLessThanOrEqualTo(width));
  }

  @Test
  void lines_wideTerminal_showEverything() {
    play();
    assertThat(text(99, 39))
        .contains("Sapflow demo   Flink http://127.0.0.1:8081   Kafka 127.0.0.1:9092")
        .contains("now: scraper joins")
        .contains("sent 900   trained 24   set aside 0")
        .contains("task loss      0.250   from 1.000")
        .contains("harmful score  0.194   limit 0.100")
        .contains("> 2-aaaaaaaaaaaa    PROMOTED     0.000")
        .contains("  3-bbbbbbbbbbbb    REJECTED     0.194")
        .contains(" 1:02  ALERT FIRING harmful-score: too high");
  }

  @Test
  void lines_narrowTerminal_keepStatusAndScore() {
    play();
    assertThat(text(39, 23))
        .contains("Flink http://127.0.0.1:8081", "Kafka 127.0.0.1:9092")
        .contains("  3-bbbbbbbbbbbb    REJECTED     0.194");
  }

  @Test
  void lines_manyVersions_showTheLatest() {
    for (int i = 1; i <= 30; i++) {
      hear(version(i + "-aaaaaaaaaaaa", i, VersionStatus.CANDIDATE));
    }
    assertThat(text(99, 39)).contains("30-aaaaaaaaaaaa").contains("23-aaaaaaaaaaaa");
    assertThat(text(99, 39)).doesNotContain("22-aaaaaaaaaaaa");
  }

  @Test
  void lines_byStatus_areColoured() {
    play();
    hear(version("4-cccccccccccc", 4, VersionStatus.CANDIDATE));
    assertThat(styleOf(">", "2-aaaaaaaaaaaa"))
        .isEqualTo(AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN));
    assertThat(styleOf(" ", "3-bbbbbbbbbbbb"))
        .isEqualTo(AttributedStyle.DEFAULT.foreground(AttributedStyle.RED));
    assertThat(styleOf(" ", "4-cccccccccccc")).isEqualTo(AttributedStyle.DEFAULT);
  }

  private AttributedStyle styleOf(String mark, String version) {
    return screen.lines(tally, 900, 99, 39).stream()
        .filter(line -> line.toString().startsWith(mark + " " + version))
        .findFirst()
        .orElseThrow()
        .styleAt(2);
  }

  private String text(int width, int height) {
    return String.join(
        "\n",
        screen.lines(tally, 900, width, height).stream().map(AttributedString::toString).toList());
  }

  /** Three steps, a version that passes and one that does not, with its alert. */
  private void play() {
    screen.phase(60, "scraper joins");
    hear(step(1, 1.0));
    hear(step(2, 0.5));
    hear(version("2-aaaaaaaaaaaa", 2, VersionStatus.PROMOTED));
    hear(report("2-aaaaaaaaaaaa", 2, 0));
    hear(step(3, 0.25));
    hear(version("3-bbbbbbbbbbbb", 3, VersionStatus.REJECTED));
    hear(report("3-bbbbbbbbbbbb", 3, 0.194));
    hear(
        SafetyAlert.newBuilder()
            .setFingerprint("f")
            .setStatus(AlertStatus.FIRING)
            .setSeverity("critical")
            .setRule("harmful-score")
            .setAdapterId("assistant")
            .setValue(0.194)
            .setThreshold(0.1)
            .setAnnotations(Map.of("summary", "too high", "description", "source set aside"))
            .setStartsAt(0)
            .build());
  }

  private void hear(SpecificRecord record) {
    tally.accept(record);
    screen.heard(62, record);
  }

  private static TrainingStep step(long step, double loss) {
    return TrainingStep.newBuilder()
        .setAdapterId("assistant")
        .setGeneration(0)
        .setStep(step)
        .setUpdates(step)
        .setOutcome(StepStatus.TRAINED)
        .setTaskLoss(loss)
        .setExamples(8)
        .build();
  }

  private static AdapterVersion version(String name, long step, VersionStatus status) {
    return AdapterVersion.newBuilder()
        .setAdapterId("assistant")
        .setVersion(name)
        .setGeneration(0)
        .setStep(step)
        .setUpdates(step)
        .setUri("file:/versions/" + name)
        .setSha256("")
        .setStatus(status)
        .build();
  }

  private static ProbeReport report(String version, long step, double score) {
    return ProbeReport.newBuilder()
        .setAdapterId("assistant")
        .setVersion(version)
        .setGeneration(0)
        .setStep(step)
        .setUri("file:/versions/" + version)
        .setSha256("")
        .setJudges(List.of(new JudgeScore("refusal", score, 0.0, 1.0, 72, 0, List.of(), 0, 0)))
        .setComplete(true)
        .setOverRefusal(0.0)
        .setSafetyMargin(5.0)
        .build();
  }
}
