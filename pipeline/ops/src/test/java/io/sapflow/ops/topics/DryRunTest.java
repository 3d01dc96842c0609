package io.sapflow.ops.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.ingest.Hmac;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.local.files.Reading;
import io.sapflow.schema.Message;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.Turns;
import io.sapflow.tokens.EncodedChat;
import io.sapflow.tokens.MaskedText;
import io.sapflow.tokens.ModelEncoder;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DryRunTest {

  private static final String GOOD = "{\"prompt\":\"p\",\"completion\":\"c\"}";

  @TempDir Path directory;
  private final List<String> faults = new ArrayList<>();
  private final List<MaskedText> masked = new ArrayList<>();
  private final List<String> turns = new ArrayList<>();

  private final DryRun.Showing showing =
      new DryRun.Showing() {
        @Override
        public void masked(long number, String id, MaskedText text) {
          masked.add(text);
        }

        @Override
        public void turns(long number, String id, List<Message> messages) {
          turns.add(number + " " + id + " " + messages.get(0).getContent());
        }
      };

  private DryRunReport run(
      Map<String, String> options, ModelEncoder model, Hmac key, String... lines)
      throws IOException {
    return run(options, model, key, true, Topics.EXAMPLES, lines);
  }

  private DryRunReport run(
      Map<String, String> options,
      ModelEncoder model,
      Hmac key,
      boolean claimed,
      String topic,
      String... lines)
      throws IOException {
    Path file = Files.writeString(directory.resolve("x.jsonl"), String.join("\n", lines));
    return new DryRun(
            new JobSettings(ConfigFile.of(options)),
            model,
            0,
            showing,
            faults::add,
            new SendProgress(new PrintStream(PrintStream.nullOutputStream()), false))
        .run(
            new DryRun.Order(
                file, Reading.PLAIN, new Sending.As("helper", "shop", ""), claimed, topic, key, 2));
  }

  private DryRunReport run(String... lines) throws IOException {
    return run(Map.of(), null, null, lines);
  }

  @Test
  void run_withoutModel_countsByTheJobsRules_andShowsTurns() throws Exception {
    DryRunReport report =
        run(
            GOOD,
            "no JSON",
            "{\"text\":\"x\"}",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
            "{\"id\":\"" + "i".repeat(300) + "\",\"prompt\":\"p\",\"completion\":\"c\"}",
            "{\"id\":\"again\",\"prompt\":\"p\",\"completion\":\"c\",\"n\":1}",
            "{\"prompt\":\"p\",\"completion\":\"other\"}");
    assertThat(report.isGood()).isFalse();
    assertThat(report.json().toString())
        .isEqualTo(
            "{\"rows\":7,\"good\":3,\"bad\":{\"GARBAGE\":2,\"ID_TOO_LONG\":1,"
                + "\"NO_ASSISTANT_TURN\":1},\"duplicates\":1,\"unknownFields\":{\"n\":1},"
                + "\"tokens\":null,\"truncated\":null}");
    assertThat(turns).containsExactly("1 1 p", "6 again p");
    assertThat(faults).hasSize(4);
    assertThat(faults.get(0))
        .isEqualTo(
            "GARBAGE "
                + directory.resolve("x.jsonl")
                + ":2: found no valid JSON (at its line 1, character 1), expected one JSON object");
    assertThat(report.lines())
        .startsWith(
            "7 rows: 3 good, 4 bad",
            "  GARBAGE: 2",
            "  ID_TOO_LONG: 1",
            "  NO_ASSISTANT_TURN: 1",
            "1 of the good ones are duplicates",
            "length in characters: median 2, 95 % up to 6, longest 6")
        .contains(
            "         2..3                2  ########################################",
            "         4..7                1  ####################");
  }

  @Test
  void run_limitsOfTheJob_areItsOwn() throws Exception {
    String key = "sapflow.adapters.allow";
    assertThat(run(Map.of(key, "other"), null, null, GOOD).bad())
        .isEqualTo(Map.of("UNKNOWN_ADAPTER", 1L));
    assertThat(run(Map.of("sapflow.ingest.max-content-chars", "1"), null, null, GOOD).bad())
        .isEqualTo(Map.of("CONTENT_TOO_LONG", 1L));
    String large = "{\"prompt\":\"p\",\"completion\":\"" + "c".repeat(1_024) + "\"}";
    assertThat(run(Map.of("sapflow.ingest.max-record-bytes", "1024"), null, null, large).bad())
        .isEqualTo(Map.of("RECORD_TOO_LARGE", 1L));
  }

  @Test
  void run_sourceThatIsNotProven_wouldBeSetAside() throws Exception {
    Map<String, String> keyed = Map.of("sapflow.sources.keys", "shop;other");
    Map<String, String> bound = Map.of("sapflow.sources.topics", "shop-examples:shop");
    assertThat(run(keyed, null, null, GOOD).bad()).isEqualTo(Map.of("UNVERIFIED_SOURCE", 1L));
    assertThat(run(bound, null, null, GOOD).bad()).isEqualTo(Map.of("UNVERIFIED_SOURCE", 1L));
    assertThat(run(keyed, null, new Hmac(new byte[] {1}), GOOD).isGood()).isTrue();
  }

  @Test
  void run_keyOnAnothersTopic_wouldBeSetAside() throws Exception {
    Map<String, String> options =
        Map.of(
            "sapflow.sources.keys", "shop",
            "sapflow.sources.topics", "forum-examples:forum,shop-examples:shop");
    Hmac key = new Hmac(new byte[] {1});
    assertThat(run(options, null, key, true, "forum-examples", GOOD).bad())
        .isEqualTo(Map.of("UNVERIFIED_SOURCE", 1L));
    assertThat(run(options, null, key, true, "shop-examples", GOOD).isGood()).isTrue();
  }

  @Test
  void run_sourceThatNobodyNamed_isNotAskedFor_andThatIsSaid() throws Exception {
    Map<String, String> keyed = Map.of("sapflow.sources.keys", "shop");
    DryRunReport report = run(keyed, null, null, false, Topics.EXAMPLES, GOOD);
    assertThat(report.isGood()).isTrue();
    assertThat(report.notes())
        .containsExactly(
            "--source: found none: what sapflow.sources.topics and sapflow.sources.keys bind was"
                + " not asked, expected the source's name for that");
    assertThat(run(Map.of(), null, null, false, Topics.EXAMPLES, GOOD).notes()).isEmpty();
  }

  @Test
  void run_manyBadRows_tellsTheFirstOfEachReason() throws Exception {
    List<String> lines = new ArrayList<>(Collections.nCopies(1_000, "{\"text\":\"x\"}"));
    lines.add(GOOD);
    assertThat(run(lines.toArray(String[]::new)).bad()).isEqualTo(Map.of("GARBAGE", 1_000L));
    assertThat(faults).hasSize(3);
  }

  @Test
  void run_withModel_isWhatTrainingSees() throws Exception {
    Path model = ToyModel.unpack(directory);
    try (ModelEncoder encoder = ModelEncoder.open(model, 24)) {
      String longer = "{\"prompt\":\"p\",\"completion\":\"" + "c d ".repeat(40) + "\"}";
      DryRunReport report =
          run(
              Map.of(),
              encoder,
              null,
              GOOD,
              longer,
              "{\"prompt\":\"<|end|>\",\"completion\":\"c\"}",
              "{\"prompt\":\"" + "c d ".repeat(40) + "\",\"completion\":\"c\"}");
      assertThat(report.bad()).isEqualTo(Map.of("NO_TARGET", 1L, "SPECIAL_TOKEN", 1L));
      ModelView view = new ModelView(encoder, 0);
      assertThat(masked).hasSize(2);
      EncodedChat first =
          view.encode(
              TrainingExample.newBuilder()
                  .setId("1")
                  .setAdapterId("helper")
                  .setMessages(List.of(Turns.of("user", "p"), Turns.of("assistant", "c")))
                  .build());
      assertThat(masked.get(0).encoded().ids()).isEqualTo(first.tokens());
      assertThat(masked.get(0).targets()).isEqualTo(first.targets());
      int whole = masked.get(1).encoded().ids().length;
      assertThat(report.json().path("tokens").toString())
          .isEqualTo(
              "{\"median\":"
                  + first.tokens().length
                  + ",\"p95\":"
                  + whole
                  + ",\"max\":"
                  + whole
                  + "}");
      assertThat(report.json().path("truncated").asInt()).isEqualTo(1);
      assertThat(report.lines()).contains("1 are cut at the end (sapflow.tokens.max-length)");
    }
  }

  @Test
  void lengths_areExactAndNearestRank() {
    LengthCounts lengths = new LengthCounts();
    assertThat(lengths.quantile(0.5)).isZero();
    for (int i = 5_000; i > 0; i--) {
      lengths.add(i);
    }
    assertThat(lengths.quantile(0.5)).isEqualTo(2_500);
    assertThat(lengths.quantile(0.95)).isEqualTo(4_750);
    assertThat(lengths.quantile(1)).isEqualTo(5_000);
    assertThat(lengths.histogram()).hasSize(13);
  }

  @Test
  void digests_areSeenOnce() throws Exception {
    DigestSet seen = new DigestSet();
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 20_000; i++) {
        byte[] digest = sha256.digest(Integer.toString(i).getBytes(StandardCharsets.UTF_8));
        assertThat(seen.add(digest)).isEqualTo(round == 0);
      }
    }
  }
}
