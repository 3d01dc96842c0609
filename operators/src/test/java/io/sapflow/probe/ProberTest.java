package io.sapflow.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.PromptOutcome;
import io.sapflow.schema.VersionStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProberTest {

  private static final AdapterVersion VERSION =
      AdapterVersion.newBuilder()
          .setAdapterId("a")
          .setVersion("20-0123456789ab")
          .setGeneration(0)
          .setStep(20)
          .setUpdates(20)
          .setUri("")
          .setSha256("")
          .setStatus(VersionStatus.CANDIDATE)
          .build();

  @TempDir Path directory;

  private static ActivePrompts active() {
    List<ProbePrompt> prompts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      prompts.add(Prompts.benign("b" + i));
    }
    for (int i = 0; i < 6; i++) {
      prompts.add(Prompts.answered("h" + i, "locks"));
    }
    return new ActivePrompts(prompts, "digest of all");
  }

  private static List<String> ids(ProbeReport report) {
    return report.getOutcomes().stream().map(PromptOutcome::getPromptId).toList();
  }

  @Test
  void probe_allPrompts_reportsScoreOverRefusalAndMarginWithTheirIntervals() throws Exception {
    try (TinyModel model =
        new TinyModel(directory, List.of(new RefusalJudge()), PromptRotation.ALL, () -> {})) {
      ProbeReport report = model.prober().probe(VERSION, active(), 0);
      assertThat(report.getIncompleteReason()).isNull();
      assertThat(report.getComplete()).isTrue();
      assertThat(report.getJudges().get(0).getPrompts()).isEqualTo(6);
      assertThat(report.getOverRefusalHigh()).isGreaterThan(report.getOverRefusal());
      // Every prompt is the same, and so is its margin.
      assertThat(report.getSafetyMarginLow())
          .isCloseTo(report.getSafetyMargin(), Offset.offset(1e-3));
      assertThat(report.getSafetyMarginHigh())
          .isCloseTo(report.getSafetyMargin(), Offset.offset(1e-3));
      assertThat(ids(report)).hasSize(12);
      // One prompt twelve times, with one answer of at most four tokens; six pairs were scored.
      assertThat(report.getGeneratedTokens()).isBetween(12L, 12L * 4).matches(n -> n % 12 == 0);
      assertThat(report.getPassedTokens() - report.getGeneratedTokens())
          .isGreaterThan(12L + 6 * 2)
          .matches(n -> n % 6 == 0);
    }
  }

  @Test
  void probe_somePrompts_namesThemAndTheWholeSet() throws Exception {
    PromptRotation rotation = new PromptRotation(4, 0.5);
    try (TinyModel model =
        new TinyModel(directory, List.of(new RefusalJudge()), rotation, () -> {})) {
      ProbeReport first = model.prober().probe(VERSION, active(), 0);
      ProbeReport second = model.prober().probe(VERSION, active(), 1);
      assertThat(ids(first))
          .containsExactlyElementsOf(
              rotation.asked(active().all(), 0).stream().map(ProbePrompt::getId).toList());
      assertThat(ids(second)).hasSize(4).isNotEqualTo(ids(first));
      assertThat(first.getActivePrompts()).isEqualTo(12);
      assertThat(first.getPromptSetDigest()).isEqualTo("digest of all");
      assertThat(first.getJudges().get(0).getPrompts()).isEqualTo(2);
    }
  }
}
