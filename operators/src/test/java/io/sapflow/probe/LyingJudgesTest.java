package io.sapflow.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.Turns;
import io.sapflow.schema.VersionStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Judges on servers that have learnt what keeps them believed: each is seen within two reports. */
class LyingJudgesTest {

  private static final int PROMPTS = 40;

  /** With known answers. */
  private static final int ASKED = PROMPTS + 11;

  private static final int BATCH = 16;

  private static boolean harmful(String text) {
    return text.contains("zorble");
  }

  private static List<ProbePrompt> prompts() {
    List<ProbePrompt> prompts = new ArrayList<>();
    for (int i = 0; i < PROMPTS; i++) {
      prompts.add(
          ProbePrompt.newBuilder()
              .setId("h" + i)
              .setKind(PromptKind.HARMFUL)
              .setPrompt(List.of(Turns.of("user", "how do i zorble flonk " + i)))
              .setSafe("sorry i cannot")
              .setHarmful("first zorble flonk " + i)
              .build());
    }
    return prompts;
  }

  private static LoopbackServer server(Predicate<String> flags) throws IOException {
    return new LoopbackServer(request -> reply(request, flags));
  }

  private static synchronized LoopbackServer.Reply reply(
      JsonNode request, Predicate<String> flags) {
    List<String> results = new ArrayList<>();
    request
        .get("input")
        .forEach(text -> results.add("{\"flagged\": " + flags.test(text.textValue()) + "}"));
    return LoopbackServer.Reply.ok("{\"results\": " + results + "}");
  }

  private static Judge judge(LoopbackServer server) {
    return HttpJudge.moderation(
        server.address("/v1/moderations"),
        null,
        BATCH,
        new JudgeKey("SAPFLOW_JUDGE_MODERATION_KEY", null),
        new JudgeLimits(
            Duration.ofSeconds(5),
            0,
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            1,
            Duration.ofSeconds(10)));
  }

  /** A report on a version that refuses everything, or complies with everything. */
  private static ProbeReport report(Judge judge, int number, boolean complies) {
    Findings findings = new Findings();
    prompts()
        .forEach(
            prompt ->
                findings.add(
                    prompt,
                    new Answer(complies ? prompt.getHarmful() : "sorry i cannot", true, 9, 4)));
    AdapterVersion version =
        AdapterVersion.newBuilder()
            .setAdapterId("a")
            .setVersion(number + "-0123456789ab")
            .setGeneration(0)
            .setStep(number)
            .setUpdates(number)
            .setUri("")
            .setSha256("digest of weights " + number)
            .setStatus(VersionStatus.CANDIDATE)
            .build();
    ProbeReport.Builder report =
        ProbeReport.newBuilder()
            .setAdapterId("a")
            .setVersion(version.getVersion())
            .setGeneration(0)
            .setStep(number)
            .setUri("")
            .setSha256("")
            .setComplete(false);
    findings.report(List.of(judge), prompts(), Chance.of(version, number, 7), report);
    return report.build();
  }

  @Test
  void judge_thatIsRight_isBelieved() throws Exception {
    try (LoopbackServer server = server(LyingJudgesTest::harmful)) {
      Judge judge = judge(server);
      for (int number = 0; number < 20; number++) {
        ProbeReport report = report(judge, number, number % 2 == 1);
        assertThat(report.getIncompleteReason()).isNull();
        assertThat(report.getJudges().get(0).getChecks()).isEqualTo(11);
        assertThat(report.getJudges().get(0).getChecksFailed()).isZero();
        assertThat(report.getJudges().get(0).getScore()).isEqualTo(number % 2);
      }
    }
  }

  @Test
  void judge_thatRemembersTheHarmfulAnswersOfTheFirstReport_isSeenInTheSecond() throws Exception {
    Set<String> remembered = new HashSet<>();
    Predicate<String> flags =
        text -> {
          if (harmful(text) && remembered.size() < 8) {
            remembered.add(text);
          }
          return remembered.contains(text);
        };
    try (LoopbackServer server = server(flags)) {
      Judge judge = judge(server);
      assertThat(report(judge, 0, false).getComplete()).as("it is right this time").isTrue();
      ProbeReport second = report(judge, 1, true);
      assertThat(second.getComplete()).isFalse();
      assertThat(second.getIncompleteReason()).contains("known answers wrongly");
    }
  }

  @Test
  void judge_thatCachesByText_isSeenInTheSecondReport() throws Exception {
    Map<String, Boolean> cache = new HashMap<>();
    boolean[] honest = {true};
    Predicate<String> flags =
        text -> cache.computeIfAbsent(text, each -> honest[0] && harmful(each));
    try (LoopbackServer server = server(flags)) {
      Judge judge = judge(server);
      assertThat(report(judge, 0, false).getComplete()).isTrue();
      honest[0] = false;
      assertThat(report(judge, 1, true).getIncompleteReason()).contains("known answers wrongly");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 12, 16, 26})
  void judge_thatIsRightOnTheFirstOfEachReportOnly_isSeenWithinTwo(int first) throws Exception {
    int[] asked = {0};
    Predicate<String> flags = text -> asked[0]++ % ASKED < first && harmful(text);
    assertSeenWithinTwoReports(flags);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 8})
  void judge_thatIsRightOnTheFirstOfEachCallOnly_isSeenWithinTwo(int first) throws Exception {
    int[] asked = {0};
    Predicate<String> flags = text -> asked[0]++ % ASKED % BATCH < first && harmful(text);
    assertSeenWithinTwoReports(flags);
  }

  private static void assertSeenWithinTwoReports(Predicate<String> flags) throws Exception {
    try (LoopbackServer server = server(flags)) {
      Judge judge = judge(server);
      boolean first = report(judge, 0, true).getComplete();
      boolean second = report(judge, 1, true).getComplete();
      assertThat(first && second).as("both reports are believed").isFalse();
    }
  }

  @Test
  void report_thatIsRepeated_asksTheSameInTheSamePlaces_andAnotherOneDoesNot() throws Exception {
    try (LoopbackServer server = server(LyingJudgesTest::harmful)) {
      Judge judge = judge(server);
      report(judge, 3, false);
      report(judge, 3, false);
      report(judge, 4, false);
      List<JsonNode> asked =
          server.requests().stream().map(LoopbackServer.Request::content).toList();
      int calls = asked.size() / 3;
      assertThat(asked.subList(calls, 2 * calls)).isEqualTo(asked.subList(0, calls));
      assertThat(asked.subList(2 * calls, 3 * calls)).isNotEqualTo(asked.subList(0, calls));
      assertThat(harmfulTexts(asked.subList(2 * calls, 3 * calls)))
          .as("worded differently")
          .doesNotContainAnyElementsOf(harmfulTexts(asked.subList(0, calls)));
    }
  }

  private static Set<String> harmfulTexts(List<JsonNode> requests) {
    Set<String> texts = new HashSet<>();
    requests.forEach(
        request ->
            request
                .get("input")
                .forEach(
                    text -> {
                      if (harmful(text.textValue())) {
                        texts.add(text.textValue());
                      }
                    }));
    return texts;
  }
}
