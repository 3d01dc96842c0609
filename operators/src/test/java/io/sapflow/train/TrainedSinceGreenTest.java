package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.StateCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TrainedSinceGreenTest {

  private static final int STEP = 10;

  private final CountedBlocks state = new CountedBlocks();
  private final HeldBlocks blocks = new HeldBlocks("helper", state);
  private final NavigableSet<Long> stops = new TreeSet<>(List.of(0L));

  private TrainedSinceGreen begun(int mostExamples) {
    return new TrainedSinceGreen(() -> 1000, mostExamples, blocks);
  }

  /** Ten examples a step; a version that a rollback may go to every hundred steps. */
  private void train(TrainedSinceGreen trained, long from, long to, long stride) {
    for (long step = from; step < to; step++) {
      List<HeldExample> batch = new ArrayList<>();
      for (int i = 0; i < STEP; i++) {
        batch.add(ExampleLogTest.held(stride * (step * STEP + i), step, 20));
      }
      trained.add(batch, stops);
      if (step % 100 == 99) {
        stops.add(step);
      }
    }
  }

  private static AdapterBook saved(TrainedSinceGreen trained) {
    AdapterBook.Builder book =
        AdapterBook.newBuilder()
            .setGeneration(0)
            .setStep(1)
            .setUpdates(1)
            .setProbeUpdates(0)
            .setHasDirection(false)
            .setWindows(0)
            .setDraws(0)
            .setVersionUpdates(0)
            .setPaused(false);
    trained.save(book);
    return book.build();
  }

  private TrainedSinceGreen again(TrainedSinceGreen trained, int mostExamples) throws Exception {
    StateCodec<AdapterBook> codec = StateCodec.of(AdapterBook.class);
    TrainedSinceGreen again = begun(mostExamples);
    again.restore(codec.decode(codec.encode(saved(trained))));
    return again;
  }

  private static List<HeldExample> after(TrainedSinceGreen trained, long step) {
    List<HeldExample> taken = new ArrayList<>();
    trained.takeAfter(step, taken::add);
    return taken;
  }

  private static List<Long> numbers(long from, long to, long stride) {
    List<Long> numbers = new ArrayList<>();
    for (long i = from; i < to; i++) {
      numbers.add(stride * i);
    }
    return numbers;
  }

  @Test
  void rollback_ofExamplesBeyondTheBound_setsEachAsideOnce_byItsPlace() throws Exception {
    TrainedSinceGreen trained = begun(500);
    train(trained, 0, 1000, 3);
    TrainedSinceGreen again = again(trained, 500);
    List<HeldExample> taken = after(again, 399);
    assertThat(taken)
        .extracting(HeldExample::getOffset)
        .containsExactlyInAnyOrderElementsOf(numbers(4000, 10_000, 3));
    QuarantinedRecord place =
        HeldExamples.quarantined(taken.get(0), "helper", QuarantineReason.SAFETY_ROLLBACK, "m");
    assertThat(place.getSource()).isNull();
    assertThat(place.getExampleId()).isNull();
    assertThat(place.getStep()).isNull();
    assertThat(place.getValue().hasRemaining()).isFalse();
    // What is not undone is still there, for a rollback that goes further.
    assertThat(after(again, 0))
        .extracting(HeldExample::getOffset)
        .containsExactlyInAnyOrderElementsOf(numbers(STEP, 4000, 3));
    assertThat(state.blocks).hasSize(1);
  }

  @Test
  void rollback_ofExamplesOneByOne_saysSizeAndDigestOfThoseWithoutBytes() {
    TrainedSinceGreen trained = begun(10_000);
    train(trained, 0, 105, 1);
    List<HeldExample> taken = after(trained, -1);
    assertThat(taken).hasSize(1050);
    assertThat(taken.stream().mapToLong(HeldExamples::bytes).sum()).isEqualTo(1000);
    assertThat(taken)
        .filteredOn(held -> HeldExamples.bytes(held) == 0)
        .hasSize(1000)
        .allMatch(held -> held.getSize() == 20 && held.getSha256().length() == 64);
    assertThat(taken)
        .extracting(HeldExample::getOffset)
        .containsExactlyElementsOf(numbers(0, 1050, 1));
  }

  @Test
  void promotion_forgetsWhatTheVersionHolds_beyondTheBoundToo() throws Exception {
    TrainedSinceGreen trained = begun(500);
    train(trained, 0, 1000, 1);
    trained.forgetUpTo(599);
    TrainedSinceGreen again = again(trained, 500);
    assertThat(after(again, -1))
        .extracting(HeldExample::getOffset)
        .containsExactlyInAnyOrderElementsOf(numbers(6000, 10_000, 1));
    assertThat(state.blocks).isEmpty();
  }

  @Test
  void hundredsOfThousandsThatNobodyPromotes_takeABookOfSomeKilobytes_andFewWritesEach()
      throws Exception {
    TrainedSinceGreen trained = begun(20_000);
    train(trained, 0, 30_000, 1);
    byte[] book = StateCodec.of(AdapterBook.class).encode(saved(trained));
    assertThat(book).hasSizeLessThan(400_000);
    assertThat(state.blocks.values().stream().mapToLong(TensorBlock::length).sum())
        .isLessThan(5 << 20);
    int before = state.puts;
    train(trained, 30_000, 30_100, 1);
    assertThat(state.puts - before).isLessThan(8);
    Evidence evidence = again(trained, 20_000).evidence();
    assertThat(evidence.offsets())
        .containsExactly(new OffsetRange("sapflow.examples.v1", 0, 0L, 300_999L));
    assertThat(evidence.sources().stream().mapToInt(SourceEvidence::getExamples).sum())
        .isEqualTo(301_000);
    assertThat(evidence.slices()).hasSize(8);
    assertThat(evidence.slices().get(0).getFirstStep()).isZero();
    assertThat(evidence.slices().get(7).getLastStep()).isEqualTo(30_099);
  }

  @Test
  void evidence_overSpans_isThatOfTheExamplesThemselves() {
    TrainedSinceGreen exact = begun(10_000);
    TrainedSinceGreen spans =
        new TrainedSinceGreen(() -> 1000, 50, new HeldBlocks("other", new CountedBlocks()));
    train(exact, 0, 300, 3);
    stops.clear();
    train(spans, 0, 300, 3);
    assertThat(spans.evidence().offsets()).isEqualTo(exact.evidence().offsets());
    List<SourceEvidence> found = spans.evidence().sources();
    List<SourceEvidence> expected = exact.evidence().sources();
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).getExamples()).isEqualTo(expected.get(i).getExamples());
      assertThat(found.get(i).getPushes()).isEqualTo(expected.get(i).getPushes());
      assertThat(found.get(i).getMaxPush()).isEqualTo(expected.get(i).getMaxPush());
      assertThat(found.get(i).getMeanPush())
          .isCloseTo(expected.get(i).getMeanPush(), org.assertj.core.data.Offset.offset(1e-6));
      assertThat(found.get(i).getPushDeviation())
          .isCloseTo(expected.get(i).getPushDeviation(), org.assertj.core.data.Offset.offset(1e-6));
    }
  }
}
