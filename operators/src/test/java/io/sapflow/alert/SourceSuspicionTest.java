package io.sapflow.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the rule makes of made-up pushes at every step. */
class SourceSuspicionTest {

  private static final int STEPS = 2000;
  private static final int ROWS = 10;

  /** Steps along one direction. */
  private static final int DIRECTION = 16;

  /** Of what all examples of a step have in common. */
  private static final double COMMON = 0.5;

  private static final int FEWEST = 8;

  /** Makes steps of sources that send in turn. */
  private static final class Stream {
    private final SplittableRandom random;
    private final double shared;
    private final double[] along;
    private int number;

    /**
     * A stream.
     *
     * @param shared share of the variance that a source's examples have in common along a direction
     */
    Stream(int sources, double shared, long seed) {
      this.random = new SplittableRandom(seed);
      this.shared = shared;
      this.along = new double[sources];
    }

    /** The next step; the last source's examples push by so much more. */
    TrainingStep next(double poison) {
      if (number % DIRECTION == 0) {
        Arrays.setAll(along, i -> Math.sqrt(shared) * random.nextGaussian());
      }
      double common = COMMON * random.nextGaussian();
      List<List<Double>> pushes = new ArrayList<>();
      for (int i = 0; i < along.length; i++) {
        pushes.add(new ArrayList<>());
      }
      for (int row = 0; row < ROWS; row++) {
        int source = (number * ROWS + row) % along.length;
        double own = Math.sqrt(1 - shared) * random.nextGaussian();
        double more = source == along.length - 1 ? poison : 0;
        pushes.get(source).add(common + along[source] + own + more);
      }
      List<SourceEvidence> evidence = new ArrayList<>();
      for (int i = 0; i < along.length; i++) {
        if (!pushes.get(i).isEmpty()) {
          evidence.add(evidence("source-" + i, pushes.get(i)));
        }
      }
      number++;
      return TrainingStep.newBuilder()
          .setAdapterId("helper")
          .setGeneration(0)
          .setStep(number)
          .setUpdates(number)
          .setOutcome(StepStatus.TRAINED)
          .setPushBySource(evidence)
          .build();
    }

    private static SourceEvidence evidence(String source, List<Double> pushes) {
      double mean = pushes.stream().mapToDouble(each -> each).average().orElseThrow();
      double squares = pushes.stream().mapToDouble(each -> (each - mean) * (each - mean)).sum();
      int count = pushes.size();
      return SourceEvidence.newBuilder()
          .setSource(source)
          .setExamples(count)
          .setShare(count / (double) ROWS)
          .setPushes(count)
          .setMeanPush(mean)
          .setMaxPush(pushes.stream().mapToDouble(each -> each).max().orElseThrow())
          .setPushDeviation(count < 2 ? null : Math.sqrt(squares / (count - 1)))
          .build();
    }
  }

  private static double highest(int sources, double shared, long seed) {
    Stream stream = new Stream(sources, shared, seed);
    SourceSuspicion suspicion = new SourceSuspicion(FEWEST);
    double highest = 0;
    for (int i = 0; i < STEPS; i++) {
      highest = Math.max(highest, suspicion.after(stream.next(0)).map(Reading::value).orElse(0.0));
    }
    return highest;
  }

  /** Several times as much in common as is allowed for. */
  @ParameterizedTest
  @CsvSource({"2, 0", "2, 0.03", "3, 0.03", "4, 0.05", "10, 0.1"})
  void benignSources_thatShareDirections_stayBelowTheThreshold(int sources, double shared) {
    for (long seed = 0; seed < 3; seed++) {
      assertThat(highest(sources, shared, seed))
          .as("seed %d", seed)
          .isBetween(0.5, Rule.SOURCE_SUSPICIOUS.threshold());
    }
  }

  @Test
  void sourceThatPushes_isSeenWithinAFewSteps() {
    for (long seed = 0; seed < 3; seed++) {
      Stream stream = new Stream(2, 0.05, seed);
      SourceSuspicion suspicion = new SourceSuspicion(FEWEST);
      for (int i = 0; i < 100; i++) {
        suspicion.after(stream.next(0));
      }
      int steps = 0;
      Reading reading;
      do {
        reading = suspicion.after(stream.next(6)).orElseThrow();
        steps++;
      } while (reading.value() <= Rule.SOURCE_SUSPICIOUS.threshold());
      assertThat(reading.labels()).containsEntry("source", "source-1");
      assertThat(steps).as("seed %d", seed).isLessThan(DIRECTION);
    }
  }

  @Test
  void stepWithoutPushes_readsNothing() {
    TrainingStep none =
        TrainingStep.newBuilder(new Stream(2, 0, 1).next(0)).setPushBySource(List.of()).build();
    assertThat(new SourceSuspicion(FEWEST).after(none)).isEmpty();
  }
}
