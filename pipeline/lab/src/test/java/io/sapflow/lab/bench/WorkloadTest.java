package io.sapflow.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.batch.BatchOptions;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.PairBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadTest {

  private static final Limits LIMITS = new Limits(48, 64);

  private static Workload workload(long seed) {
    return new Workload(
        LengthHistogram.shipped(),
        new BatchOptions(64, 8 << 20, 10, 8192, 0.1, 8, seed),
        100,
        LIMITS.examples(),
        LIMITS.pairs());
  }

  /** The real tokens of each row of a batch. */
  private static List<List<Long>> rows(TokenBatch batch) {
    List<List<Long>> rows = new ArrayList<>();
    for (int b = 0; b < batch.rows(); b++) {
      List<Long> tokens = new ArrayList<>();
      for (int i = b * batch.length(); i < (b + 1) * batch.length(); i++) {
        if (batch.mask()[i] == 1) {
          tokens.add(batch.ids()[i]);
        }
      }
      rows.add(tokens);
    }
    return rows;
  }

  @Test
  void arrangements_eachStep_trainOnTheSameExamples() {
    for (Work work : workload(1).next(14)) {
      int examples = work.examples().size();
      List<List<Long>> plain = rows(Arrangement.PLAIN.batch(work, LIMITS));
      assertThat(plain).hasSize(examples);
      assertThat(plain.stream().mapToInt(List::size).sum()).isEqualTo(work.usefulTokens());
      for (Arrangement arrangement : Arrangement.values()) {
        TokenBatch batch = arrangement.batch(work, LIMITS);
        assertThat(rows(batch).subList(0, examples)).as("%s", arrangement).isEqualTo(plain);
        assertThat(rows(arrangement.pairs(work, LIMITS).tokens()))
            .isEqualTo(rows(Arrangement.SAP.pairs(work, LIMITS).tokens()));
        assertThat(batch.rows() - examples)
            .isEqualTo(arrangement == Arrangement.SAP ? work.replayed().size() : 0);
      }
    }
  }

  @Test
  void reference_rows_arePaddedToTheLimits() {
    Work work = workload(1).next();
    assertThat(Arrangement.REFERENCE.batch(work, LIMITS).length()).isEqualTo(48);
    PairBatch pairs = Arrangement.REFERENCE.pairs(work, LIMITS);
    assertThat(pairs.tokens().length()).isEqualTo(64);
    assertThat(pairs.tokens().rows()).isEqualTo(16);
  }

  @Test
  void rows_longerThanTheLimit_areCutAndKeepATarget() {
    List<Work> all = workload(2).next(21);
    assertThat(all.stream().flatMap(work -> work.examples().stream()))
        .hasSize(3 * 64)
        .anySatisfy(row -> assertThat(row.tokens()).hasSize(48))
        .allSatisfy(
            row -> {
              assertThat(row.tokens()).hasSizeLessThanOrEqualTo(48);
              assertThat(row.targetCount()).isPositive();
            });
  }

  @Test
  void work_equalSeeds_isEqual() {
    assertThat(rows(Arrangement.SAP.batch(workload(3).next(), LIMITS)))
        .isEqualTo(rows(Arrangement.SAP.batch(workload(3).next(), LIMITS)))
        .isNotEqualTo(rows(Arrangement.SAP.batch(workload(4).next(), LIMITS)));
  }
}
