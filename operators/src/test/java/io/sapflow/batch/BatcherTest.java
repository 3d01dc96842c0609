package io.sapflow.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatcherTest {

  private final Batcher batcher = new Batcher(new BatchOptions(64, 8 << 20, 4, 40, 0.1, 8, 1));

  @Test
  void cut_mixedLengths_keepsBudgetsAndEveryItem() {
    List<Integer> lengths = IntStream.range(0, 50).map(i -> 1 + (i * 7) % 23).boxed().toList();
    List<List<Integer>> batches = batcher.cut(lengths, n -> n, 3);
    assertThat(batches.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(lengths);
    assertThat(batches)
        .allSatisfy(
            batch -> {
              int longest = batch.stream().mapToInt(n -> n).max().orElseThrow();
              assertThat(batch.size()).isLessThanOrEqualTo(4);
              assertThat(batch.size() * longest).isLessThanOrEqualTo(40);
            });
  }

  @Test
  void cut_itemOverBudget_isABatchOfItsOwn() {
    assertThat(batcher.cut(List.of(5, 90, 6), n -> n, 0)).contains(List.of(90));
  }

  @Test
  void cut_sameCounter_sameBatches() {
    List<Integer> lengths = IntStream.range(0, 60).map(i -> 1 + (i * 13) % 9).boxed().toList();
    assertThat(batcher.cut(lengths, n -> n, 5)).isEqualTo(batcher.cut(lengths, n -> n, 5));
    assertThat(batcher.cut(lengths, n -> n, 5)).isNotEqualTo(batcher.cut(lengths, n -> n, 6));
  }

  @Test
  void replayedRows_tenPercent_oneInTen() {
    assertThat(new BatchOptions(64, 8 << 20, 9, 40, 0.1, 8, 1).replayedRows(9)).isEqualTo(1);
    assertThat(new BatchOptions(64, 8 << 20, 9, 40, 0, 8, 1).replayedRows(9)).isZero();
  }

  @Test
  void options_impossibleShare_namesTheKey() {
    assertThatThrownBy(() -> new BatchOptions(64, 8 << 20, 9, 40, 1, 8, 1))
        .hasMessage("sapflow.sap.replay-share: found 1.0, expected 0 to below 1");
  }

  @Test
  void draw_moreThanThereAre_goesRoundAgain() {
    Sampler sampler = new Sampler(7);
    List<String> drawn = sampler.draw(List.of("a", "b", "c"), 7, 2, Sampler.Purpose.REPLAY);
    assertThat(drawn).hasSize(7);
    assertThat(drawn.subList(0, 3)).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(sampler.draw(List.of("a", "b", "c"), 7, 2, Sampler.Purpose.REPLAY)).isEqualTo(drawn);
    assertThat(sampler.draw(List.of("a", "b", "c"), 7, 2, Sampler.Purpose.DIRECTION))
        .isNotEqualTo(drawn);
  }
}
