package io.sapflow.ops.blame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.Topics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlicingTest {

  private static List<String> names(List<Slice> slices) {
    return slices.stream().map(Slice::name).toList();
  }

  private static List<Long> offsets(List<Suspect> suspects) {
    return suspects.stream().map(suspect -> suspect.example().offset()).toList();
  }

  private static List<Suspect> stream() {
    List<Suspect> suspects = new ArrayList<>();
    suspects.addAll(Suspects.of("handbook", 0, 3, -0.2));
    suspects.addAll(Suspects.of("scraper", 3, 4, 0.5));
    suspects.addAll(Suspects.of("unknown", 7, 2, null));
    suspects.addAll(Suspects.of("helpdesk", 9, 3, 0.1));
    return suspects;
  }

  @Test
  void bySource_strongestPushFirst_unknownPushLast() {
    assertThat(names(Slicing.bySource(stream(), 4)))
        .containsExactly("source scraper", "source helpdesk", "source handbook", "source unknown");
  }

  @Test
  void bySource_moreThanAsked_theWeakestShareOne() {
    List<Slice> slices = Slicing.bySource(stream(), 2);
    assertThat(names(slices)).containsExactly("source scraper", "the other 3 sources");
    assertThat(offsets(slices.get(1).examples())).containsExactly(0L, 1L, 2L, 7L, 8L, 9L, 10L, 11L);
  }

  @Test
  void byOffset_neighbouringRanges_asEqualAsCanBe() {
    Slice slice = new Slice(Slice.Kind.SOURCE, "source scraper", Suspects.of("scraper", 3, 7, 0.5));
    List<Slice> parts = Slicing.byOffset(slice, 3);
    assertThat(names(parts))
        .containsExactly(
            "source scraper at 0:3-4", "source scraper at 0:5-6", "source scraper at 0:7-9");
    assertThat(parts.get(2).offsets()).containsExactly(new OffsetRange(Topics.EXAMPLES, 0, 7L, 9L));
    assertThat(Slicing.byOffset(slice, 100)).hasSize(7);
  }

  @Test
  void dealt_moreThanAsked_isSpreadEvenly_fewer_goRoundAgain() {
    Slice slice = new Slice(Slice.Kind.SOURCE, "s", Suspects.of("s", 0, 6, 0.5));
    assertThat(offsets(slice.dealt(3))).containsExactly(0L, 2L, 4L);
    assertThat(offsets(slice.dealt(8))).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 0L, 1L);
    assertThat(offsets(slice.dealt(6))).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void meanPush_isOfThoseThatAreKnown() {
    List<Suspect> suspects = new ArrayList<>(Suspects.of("s", 0, 2, 0.5));
    suspects.add(Suspects.of("s", 2, null));
    suspects.add(Suspects.of("s", 3, -0.1));
    assertThat(new Slice(Slice.Kind.SOURCE, "s", suspects).meanPush()).isEqualTo(0.3);
    assertThat(new Slice(Slice.Kind.SOURCE, "s", Suspects.of("s", 0, 2, null)).meanPush()).isNull();
  }

  @Test
  void noExample_isRefused() {
    assertThatThrownBy(() -> new Slice(Slice.Kind.SOURCE, "source s", List.of()))
        .hasMessage("slice source s: found no example, expected some");
  }
}
