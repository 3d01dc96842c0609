package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.VersionStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvidenceTest {

  /** What a broker takes by default, less than half: reports hold more than a version. */
  private static final int HALF_A_RECORD = 1 << 19;

  private static HeldExample held(int number, String source) {
    return HeldExample.newBuilder()
        .setId("e-" + number)
        .setSource(source)
        .setVerified(false)
        .setTopic("sapflow.examples.v1")
        .setPartition(0)
        .setOffset(3L * number)
        .setTimestamp(0)
        .setTokens(List.of())
        .setTargets(ByteBuffer.allocate(0))
        .setTruncated(0)
        .setKey(ByteBuffer.allocate(0))
        .setOriginal(ByteBuffer.allocate(0))
        .setStep(number)
        .setPush(0.1)
        .build();
  }

  @Test
  void version_ofManyScatteredExamples_ofSourcesWithLongNames_fitsARecord() {
    List<HeldExample> trained = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      trained.add(held(i, i % 2 == 0 ? "steady" : i + "-" + "n".repeat(240)));
    }
    Evidence.Collector collector = new Evidence.Collector(false, trained.size());
    trained.forEach(collector::add);
    Evidence evidence = collector.collected();
    assertThat(evidence.offsets()).isEqualTo(Evidence.offsets(trained));
    AdapterVersion version =
        AdapterVersion.newBuilder()
            .setAdapterId("helper")
            .setVersion("1-0123456789ab")
            .setGeneration(0)
            .setStep(1)
            .setUpdates(1)
            .setUri("")
            .setSha256("")
            .setStatus(VersionStatus.CANDIDATE)
            .setOffsets(evidence.offsets())
            .setSources(evidence.sources())
            .setSlices(evidence.slices())
            .build();
    assertThat(RecordCodec.of(AdapterVersion.class).encode(version)).hasSizeLessThan(HALF_A_RECORD);
    assertThat(version.getSources())
        .hasSize(200)
        .extracting(SourceEvidence::getSource)
        .contains("steady");
    assertThat(version.getSlices()).hasSize(8).allMatch(slice -> slice.getSources().size() == 20);
    assertThat(version.getOffsets().get(0).getFirstOffset()).isZero();
    assertThat(version.getOffsets().get(version.getOffsets().size() - 1).getLastOffset())
        .isEqualTo(3L * 49_999);
  }
}
