package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sapflow.gate.Attribution;
import io.sapflow.gate.GateLimits;
import io.sapflow.ingest.AdapterPolicy;
import io.sapflow.ingest.ExampleDecoder;
import io.sapflow.ingest.Hmac;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.ingest.SourceBindings;
import io.sapflow.ingest.SourcePolicy;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.Turns;
import io.sapflow.tokens.TokenizedExample;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of those who say that they are somebody else. */
class SourceClaimsTest {

  private static final byte[] NONE = {};
  private static final GateLimits.SourceLimits LIMITS = new GateLimits.SourceLimits(8, 3);
  private static final Map<String, String> KEYS = Map.of("SAPFLOW_SOURCE_KEY_SHOP", "shop's");
  private static final SourcePolicy BOUND =
      new SourcePolicy(TopicNames.DEFAULT, Map.of("team.wiki", "wiki"), Set.of("shop"));

  private final ExampleDecoder decoder =
      new ExampleDecoder(IngestLimits.DEFAULT, new AdapterPolicy(Set.of(), 8));
  private final List<HeldExample> trained = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private long offset;

  /** Brings a record as far as training, where it pushes as said. */
  private void send(SourceBindings bindings, String topic, String claimed, String key, double push)
      throws Exception {
    byte[] value =
        RecordCodec.of(TrainingExample.class)
            .encode(
                TrainingExample.newBuilder()
                    .setId("e-" + offset)
                    .setAdapterId("helper")
                    .setSource(claimed)
                    .setMessages(List.of(Turns.of("user", "q"), Turns.of("assistant", "a")))
                    .build());
    byte[] signature =
        key == null
            ? NONE
            : SourceBindings.header(new Hmac(key.getBytes(StandardCharsets.UTF_8)), value);
    RawRecord raw = new RawRecord(topic, 0, offset++, 7, NONE, value, signature);
    TrainingExample example = decoder.decode(raw);
    try {
      SourceBindings.Proof proof = bindings.prove(raw, example.getSource());
      trained.add(
          HeldExamples.trained(
              HeldExamples.of(
                  new TokenizedExample(
                      "helper",
                      example.getId(),
                      proof.source(),
                      proof.verified(),
                      topic,
                      0,
                      raw.offset(),
                      7,
                      new int[] {5},
                      new byte[] {1},
                      0,
                      NONE,
                      value,
                      signature)),
              1,
              push));
    } catch (RejectedRecordException e) {
      refused.add(e.code().name());
    }
  }

  /** Two honest sources, and one that poisons. */
  private void play(SourceBindings bindings, String[] claims, String key) throws Exception {
    for (int i = 0; i < 40; i++) {
      send(bindings, "team.wiki", "wiki", null, i % 2 == 0 ? 0.1 : -0.1);
      send(bindings, Topics.EXAMPLES, "shop", "shop's", i % 2 == 0 ? -0.1 : 0.1);
      send(bindings, Topics.EXAMPLES, claims[i % claims.length], key, 3);
    }
  }

  private static String[] names(int count) {
    String[] names = new String[count];
    for (int i = 0; i < count; i++) {
      names[i] = "stranger-" + i;
    }
    return names;
  }

  @Test
  void poisoner_rotatesItsName_nothingBound_noneIsVerifiedAndNoneStandsOut() throws Exception {
    play(new SourceBindings(SourcePolicy.NONE, Map.of()), names(40), null);
    assertThat(refused).isEmpty();
    List<SourceEvidence> sources = Evidence.sources(trained);
    assertThat(sources).hasSize(42).noneMatch(SourceEvidence::getVerified);
    assertThat(Attribution.standingOut(sources, LIMITS)).isEmpty();
  }

  @Test
  void poisoner_rotatesItsName_bound_nothingOfItIsTrained() throws Exception {
    play(new SourceBindings(BOUND, KEYS), names(40), null);
    assertThat(refused).hasSize(40).containsOnly("UNVERIFIED_SOURCE");
    assertThat(Evidence.sources(trained))
        .hasSize(2)
        .allMatch(SourceEvidence::getVerified)
        .allMatch(source -> source.getMaxPush() < 1);
  }

  @Test
  void poisoner_claimsAnothersName_nothingBound_framesIt() throws Exception {
    play(new SourceBindings(SourcePolicy.NONE, Map.of()), new String[] {"shop"}, null);
    assertThat(
            Evidence.sources(trained).stream()
                .filter(source -> source.getMaxPush() > 1)
                .map(SourceEvidence::getSource))
        .containsExactly("shop");
  }

  @Test
  void poisoner_claimsAnothersName_bound_theFramedSourceStaysClean() throws Exception {
    play(new SourceBindings(BOUND, KEYS), new String[] {"shop", "wiki"}, "not the shop's");
    assertThat(refused).hasSize(40).containsOnly("UNVERIFIED_SOURCE");
    List<SourceEvidence> sources = Evidence.sources(trained);
    assertThat(sources)
        .extracting(SourceEvidence::getSource, SourceEvidence::getExamples)
        .containsExactly(tuple("shop", 40), tuple("wiki", 40));
    assertThat(sources).allMatch(source -> source.getMaxPush() < 1);
    assertThat(Attribution.standingOut(sources, LIMITS)).isEmpty();
  }

  @Test
  void held_signature_isKeptForAReplay() throws Exception {
    send(new SourceBindings(BOUND, KEYS), Topics.EXAMPLES, "shop", "shop's", 0);
    HeldExample held = trained.get(0);
    HeldExample again = HeldExample.fromByteBuffer(held.toByteBuffer());
    assertThat(again).isEqualTo(held);
    assertThat(
            HeldExamples.quarantined(again, "helper", QuarantineReason.PAUSED, "m")
                .getSignature()
                .remaining())
        .isEqualTo(64);
    assertThat(
            HeldExamples.quarantined(
                    HeldExamples.byReference(again), "helper", QuarantineReason.PAUSED, "m")
                .getSignature())
        .isNull();
  }
}
