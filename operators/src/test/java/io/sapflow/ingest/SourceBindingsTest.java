package io.sapflow.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sapflow.ingest.SourceBindings.Proof;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SourceBindingsTest {

  private static final String KEY = "a key of tests";
  private static final byte[] VALUE = {1, 2, 3};
  private static final byte[] NONE = {};

  private static final SourcePolicy POLICY =
      new SourcePolicy(
          TopicNames.DEFAULT,
          Map.of("team.forum", "forum", "team.wiki", "wiki"),
          Set.of("shop-1", "forum"));

  private final SourceBindings bindings =
      new SourceBindings(
          POLICY,
          Map.of("SAPFLOW_SOURCE_KEY_SHOP_1", KEY, "SAPFLOW_SOURCE_KEY_FORUM", "another key"));

  private static RawRecord raw(String topic, byte[] signature) {
    return new RawRecord(topic, 0, 5, 7, NONE, VALUE, signature);
  }

  private static byte[] signed(String key) {
    return SourceBindings.header(new Hmac(key.getBytes(StandardCharsets.UTF_8)), VALUE);
  }

  private String refusal(RawRecord raw, String claimed) {
    RejectedRecordException rejected =
        catchThrowableOfType(RejectedRecordException.class, () -> bindings.prove(raw, claimed));
    assertThat(rejected.stage()).isEqualTo("ingest");
    assertThat(rejected.code()).isEqualTo(QuarantineReason.UNVERIFIED_SOURCE);
    return rejected.getMessage();
  }

  @Test
  void prove_nothingBound_leavesTheClaimUnproven() throws Exception {
    SourceBindings none = new SourceBindings(SourcePolicy.NONE, Map.of());
    assertThat(none.prove(raw(Topics.EXAMPLES, NONE), "forum"))
        .isEqualTo(new Proof("forum", false));
    assertThat(none.prove(raw(Topics.EXAMPLES, signed(KEY)), "")).isEqualTo(new Proof("", false));
  }

  @Test
  void prove_boundTopic_isItsSource() throws Exception {
    assertThat(bindings.prove(raw("team.wiki", NONE), "wiki")).isEqualTo(new Proof("wiki", true));
    assertThat(bindings.prove(raw("team.wiki", NONE), "")).isEqualTo(new Proof("wiki", true));
    assertThat(bindings.prove(raw("team.forum", signed("another key")), "forum"))
        .isEqualTo(new Proof("forum", true));
  }

  @Test
  void prove_boundTopicAndAnotherClaim_isRefused() {
    assertThat(refusal(raw("team.wiki", NONE), "forum"))
        .isEqualTo(
            "source: found forum on topic team.wiki, which is bound to wiki, expected it on topic"
                + " team.forum, or header sapflow-signature with the HMAC-SHA256 of the value");
    // Who may write there has no say over the topics of others, whatever key it has.
    assertThat(refusal(raw("team.wiki", signed(KEY)), "shop-1"))
        .startsWith("source: found shop-1 on topic team.wiki, which is bound to wiki, expected");
  }

  @Test
  void prove_boundTopicAndAFalseSignature_isRefused() {
    assertThat(refusal(raw("team.forum", signed(KEY)), "forum"))
        .startsWith("source: found forum with a signature that its key did not make");
    assertThat(refusal(raw("team.forum", signed(KEY)), ""))
        .startsWith("source: found forum with a signature that its key did not make");
  }

  @Test
  void prove_signature_ofTheClaimedSourcesKey() throws Exception {
    assertThat(bindings.prove(raw(Topics.EXAMPLES, signed(KEY)), "shop-1"))
        .isEqualTo(new Proof("shop-1", true));
    byte[] capitals =
        new String(signed(KEY), StandardCharsets.US_ASCII)
            .toUpperCase(Locale.ROOT)
            .getBytes(StandardCharsets.US_ASCII);
    assertThat(bindings.prove(raw(Topics.EXAMPLES, capitals), "shop-1").verified()).isTrue();
  }

  @Test
  void prove_signature_ofAnyOtherKeyOrForm_isRefused() {
    String refused =
        "source: found shop-1 with a signature that its key did not make, expected header"
            + " sapflow-signature with the HMAC-SHA256 of the value by the key of shop-1";
    assertThat(refusal(raw(Topics.EXAMPLES, signed("another key")), "shop-1")).isEqualTo(refused);
    assertThat(refusal(raw(Topics.EXAMPLES, new byte[] {9}), "shop-1")).isEqualTo(refused);
    assertThat(
            refusal(
                raw(Topics.EXAMPLES, "x".repeat(64).getBytes(StandardCharsets.UTF_8)), "shop-1"))
        .isEqualTo(refused);
    byte[] raw = new Hmac(KEY.getBytes(StandardCharsets.UTF_8)).of(VALUE);
    assertThat(refusal(raw(Topics.EXAMPLES, raw), "shop-1")).isEqualTo(refused);
  }

  @Test
  void prove_noProofOnTheCommonTopic_isRefused() {
    assertThat(refusal(raw(Topics.EXAMPLES, NONE), "wiki"))
        .isEqualTo("source: found wiki without a proof, expected it on topic team.wiki");
    assertThat(refusal(raw(Topics.EXAMPLES, NONE), "shop-1"))
        .startsWith("source: found shop-1 without a proof, expected header sapflow-signature");
    assertThat(refusal(raw(Topics.EXAMPLES, NONE), ""))
        .isEqualTo(
            "source: found no name without a proof, expected a source that"
                + " sapflow.sources.topics or sapflow.sources.keys binds");
    assertThat(refusal(raw(Topics.EXAMPLES, signed(KEY)), "stranger"))
        .startsWith("source: found stranger with a signature, but no key is its, expected");
  }

  @Test
  void open_keyMissing_namesTheVariable() {
    assertThatThrownBy(() -> new SourceBindings(POLICY, Map.of("SAPFLOW_SOURCE_KEY_FORUM", "k")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "SAPFLOW_SOURCE_KEY_SHOP_1: is missing in the environment, expected the key of source"
                + " shop-1, which sapflow.sources.keys names");
    assertThatThrownBy(() -> POLICY.requireKeys(Map.of("SAPFLOW_SOURCE_KEY_FORUM", " ")))
        .hasMessageStartingWith("SAPFLOW_SOURCE_KEY_FORUM: is missing in the environment");
  }

  @Test
  void policy_impossible_isRefused() {
    assertThatThrownBy(() -> new SourcePolicy(TopicNames.DEFAULT, Map.of(), Set.of("a-b", "a.b")))
        .hasMessage(
            "sapflow.sources.keys: found a-b and a.b, whose keys would both be in"
                + " SAPFLOW_SOURCE_KEY_A_B, expected names that differ in letters or digits");
    assertThatThrownBy(() -> new SourcePolicy(TopicNames.DEFAULT, Map.of(), Set.of("a b")))
        .hasMessageStartingWith("sapflow.sources.keys: found a b, expected names of at most 128");
    assertThatThrownBy(
            () -> new SourcePolicy(TopicNames.DEFAULT, Map.of(Topics.CONTROL, "forum"), Set.of()))
        .hasMessage(
            "sapflow.sources.topics: found sapflow.control.v1, expected a topic of a source's own,"
                + " which the job does not use for anything else");
    assertThatThrownBy(() -> new SourcePolicy(TopicNames.DEFAULT, Map.of("t", " "), Set.of()))
        .hasMessageStartingWith("sapflow.sources.topics: found no source for t");
  }

  @Test
  void policy_topics() {
    assertThat(POLICY.topicsOf("wiki")).containsExactly("team.wiki");
    assertThat(POLICY.exampleTopics()).containsExactly(Topics.EXAMPLES, "team.forum", "team.wiki");
    assertThat(SourcePolicy.NONE.binds()).isFalse();
  }
}
