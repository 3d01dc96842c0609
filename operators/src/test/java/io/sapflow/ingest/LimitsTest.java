package io.sapflow.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

class LimitsTest {

  @Test
  void limits_belowOne_nameTheKey() {
    EnvelopeLimits envelope = EnvelopeLimits.DEFAULT;
    assertThatThrownBy(() -> new IngestLimits(0, 1, 1, 1, 1, envelope))
        .hasMessage("sapflow.ingest.max-turns: found 0, expected 1 or more");
    assertThatThrownBy(() -> new IngestLimits(1, -1, 1, 1, 1, envelope))
        .hasMessage("sapflow.ingest.max-content-chars: found -1, expected 1 or more");
    assertThatThrownBy(() -> new IngestLimits(1, 1, 0, 1, 1, envelope))
        .hasMessage("sapflow.ingest.max-id-chars: found 0, expected 1 or more");
    assertThatThrownBy(() -> new IngestLimits(1, 1, 1, 0, 1, envelope))
        .hasMessage("sapflow.ingest.max-attributes: found 0, expected 1 or more");
    assertThatThrownBy(() -> new IngestLimits(1, 1, 1, 1, 0, envelope))
        .hasMessage("sapflow.ingest.max-attribute-chars: found 0, expected 1 or more");
    assertThatThrownBy(() -> new EnvelopeLimits(0, 1, 1, 1))
        .hasMessage("sapflow.ingest.max-record-bytes: found 0, expected 1 or more");
    assertThatThrownBy(() -> new EnvelopeLimits(1, 0, 1, 1))
        .hasMessage("sapflow.ingest.max-key-bytes: found 0, expected 1 or more");
    assertThatThrownBy(() -> new EnvelopeLimits(1, 1, 0, 1))
        .hasMessage("sapflow.ingest.max-headers: found 0, expected 1 or more");
    assertThatThrownBy(() -> new EnvelopeLimits(1, 1, 1, 0))
        .hasMessage("sapflow.ingest.max-header-bytes: found 0, expected 1 or more");
  }

  @Test
  void adapterPolicy_impossibleParts_nameTheKey() {
    assertThatThrownBy(() -> new AdapterPolicy(Set.of("a", "b_c"), 1))
        .hasMessage(
            "sapflow.adapters.allow: found U+005F as character 2 in an id, expected"
                + " [a-z0-9-]{1,64}");
    assertThatThrownBy(() -> new AdapterPolicy(Set.of(), 0))
        .hasMessage("sapflow.adapters.max: found 0, expected 1 or more");
    assertThatThrownBy(() -> new AdapterPolicy(Set.of("a", "b"), 1))
        .hasMessage(
            "sapflow.adapters.allow: found 2 ids, expected at most sapflow.adapters.max, 1");
  }

  @Test
  void adapterPolicy_subtasks_haveSharesOfTheMostUnlessIdsAreListed() {
    assertThat(new AdapterPolicy(Set.of(), 5).mostOf(1)).isEqualTo(5);
    assertThat(new AdapterPolicy(Set.of(), 5).mostOf(2)).isEqualTo(3);
    assertThat(new AdapterPolicy(Set.of(), 1).mostOf(4)).isEqualTo(1);
    assertThat(new AdapterPolicy(Set.of("a", "b"), 2).mostOf(4)).isEqualTo(2);
  }
}
