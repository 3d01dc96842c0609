package io.sapflow.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.model.ComputeType;
import io.sapflow.model.ProbeGradient;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WayPrecisionTest {

  @TempDir private Path temp;

  @Test
  void rows_bothWaysOnBothBases_keepTheProbesGradient() throws Exception {
    assertThat(WayPrecision.families()).containsExactly("llama", "mistral", "qwen2", "qwen3");
    List<WayPrecision.Row> rows = WayPrecision.of("mistral", temp, 0, 10).rows();
    assertThat(rows).hasSize(4).allMatch(row -> row.model().equals("mistral"));
    for (WayPrecision.Row row : rows) {
      // One as near as float32, the other as near as bfloat16 without a difference in it.
      boolean narrow =
          row.base() == ComputeType.BFLOAT16 && row.way() == ProbeGradient.DOUBLE_BACKWARD;
      assertThat(row.cosine()).isBetween(narrow ? 0.998 : 0.99999, narrow ? 0.99999 : 1.0);
      assertThat(row.signAgreement()).isGreaterThan(0.97);
      assertThat(row.pushCosine()).isGreaterThan(0.998);
    }
  }
}
