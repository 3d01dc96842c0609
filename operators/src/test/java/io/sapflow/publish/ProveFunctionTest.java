package io.sapflow.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.gate.GateLimits;
import io.sapflow.gate.GateMode;
import io.sapflow.gate.GatePolicy;
import io.sapflow.gate.Reports;
import io.sapflow.ingest.Hmac;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RecordSignature;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.Topics;
import io.sapflow.schema.VersionStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What moves a pointer, in Flink's harness, with records as they stand on their topics. */
class ProveFunctionTest {

  private static final OutputTag<QuarantinedRecord> QUARANTINE =
      new OutputTag<>("quarantine", new AvroTypeInfo<>(QuarantinedRecord.class));
  private static final long WAIT = ProveFunction.WAIT.toMillis();

  private final RecordCodec<AdapterVersion> versions = RecordCodec.of(AdapterVersion.class);
  private final RecordCodec<ProbeReport> reports = RecordCodec.of(ProbeReport.class);

  private KeyedOneInputStreamOperatorTestHarness<String, RawRecord, RawRecord> harness;
  private String key;
  private long offset;
  private long now;

  @BeforeEach
  void open() throws Exception {
    open(GateMode.ENFORCE, null);
  }

  private void open(GateMode mode, OperatorSubtaskState restored) throws Exception {
    String shared = key;
    harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(
                new ProveFunction(
                    limits(mode),
                    TopicNames.DEFAULT,
                    () -> signature(shared, "sapflow"),
                    QUARANTINE)),
            ProveFunction.adapter(),
            Types.STRING);
    harness.setProcessingTime(now);
    harness.setup();
    if (restored != null) {
      harness.initializeState(restored);
    }
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private static GateLimits limits(GateMode mode) {
    return new GateLimits(
        mode,
        0.1,
        new GateLimits.SampleLimits(36, false),
        5,
        0.1,
        new GateLimits.SourceLimits(20, 5),
        GatePolicy.DEFAULT);
  }

  private static Optional<RecordSignature> signature(String key, String job) {
    return Optional.ofNullable(key)
        .map(text -> new RecordSignature(new Hmac(text.getBytes(StandardCharsets.UTF_8)), job));
  }

  private static AdapterVersion version(long step, VersionStatus status, Long parent) {
    return AdapterVersion.newBuilder(Reports.candidate("helper", step))
        .setStatus(status)
        .setSha256("00")
        .setParent(parent == null ? null : Reports.version(parent))
        .build();
  }

  private void send(String topic, byte[] value, byte[] header) throws Exception {
    byte[] recordKey = "helper".getBytes(StandardCharsets.UTF_8);
    harness.processElement(new RawRecord(topic, 0, offset++, 7, recordKey, value, header), 0);
  }

  private void send(AdapterVersion version) throws Exception {
    send(Topics.ADAPTERS, versions.encode(version), new byte[0]);
  }

  private void promotion(long step) throws Exception {
    send(version(step, VersionStatus.PROMOTED, null));
  }

  private void report(long step, double harmful) throws Exception {
    send(Topics.PROBES, reports.encode(Reports.report(0, step, harmful)), new byte[0]);
  }

  private List<AdapterVersion> passed() throws Exception {
    List<AdapterVersion> passed = new ArrayList<>();
    for (RawRecord raw : harness.extractOutputValues()) {
      passed.add(versions.decode(raw.value()));
    }
    return passed;
  }

  private List<String> promoted() throws Exception {
    return passed().stream()
        .filter(version -> version.getStatus() == VersionStatus.PROMOTED)
        .map(AdapterVersion::getVersion)
        .toList();
  }

  private List<QuarantinedRecord> aside() {
    var records = harness.getSideOutput(QUARANTINE);
    return records == null ? List.of() : records.stream().map(StreamRecord::getValue).toList();
  }

  @Test
  void promotion_whoseReportStands_passes_whicheverIsReadFirst() throws Exception {
    report(20, 0.0);
    promotion(20);
    promotion(40);
    assertThat(promoted()).containsExactly(Reports.version(20));
    report(40, 0.1);
    assertThat(promoted()).containsExactly(Reports.version(20), Reports.version(40));
    assertThat(aside()).isEmpty();
  }

  @Test
  void promotion_forged_movesNothing_andIsSetAside() throws Exception {
    send(version(60, VersionStatus.CANDIDATE, null));
    promotion(60);
    harness.setProcessingTime(WAIT - 1);
    assertThat(aside()).isEmpty();
    harness.setProcessingTime(WAIT);
    assertThat(promoted()).isEmpty();
    assertThat(aside())
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.getReason()).isEqualTo("UNPROVEN_VERSION");
              assertThat(record.getStage()).isEqualTo("publish");
              assertThat(record.getMessage())
                  .isEqualTo(
                      "version 60-0123456789ab: found no complete report within the gate's limits"
                          + " on sapflow.probes.v1, expected one");
            });
    report(60, 0.0);
    assertThat(promoted()).isEmpty();
  }

  @Test
  void promotion_ofAHarmfulOrUnfinishedReport_doesNotPass() throws Exception {
    report(20, 0.958);
    promotion(20);
    ProbeReport incomplete =
        ProbeReport.newBuilder(Reports.report(0, 40, 0.0)).setComplete(false).build();
    send(Topics.PROBES, reports.encode(incomplete), new byte[0]);
    promotion(40);
    harness.setProcessingTime(WAIT);
    assertThat(promoted()).isEmpty();
    assertThat(aside()).hasSize(2);
  }

  @Test
  void promotion_whereTheGateObserves_needsAReportAllTheSame() throws Exception {
    close();
    open(GateMode.OBSERVE, null);
    report(20, 0.958);
    promotion(20);
    promotion(40);
    assertThat(promoted()).containsExactly(Reports.version(20));
  }

  @Test
  void promotion_again_isSetAside() throws Exception {
    report(20, 0.0);
    promotion(20);
    report(40, 0.0);
    promotion(40);
    promotion(20);
    assertThat(promoted()).containsExactly(Reports.version(20), Reports.version(40));
    assertThat(aside().get(0).getMessage())
        .isEqualTo(
            "version 20-0123456789ab: its report has been answered by a promotion before, expected"
                + " a newer one");
  }

  @Test
  void promotion_thatIsNotAsItsReportSays_isSetAside() throws Exception {
    report(20, 0.0);
    AdapterVersion other = version(20, VersionStatus.PROMOTED, null);
    other.setSha256("11");
    send(other);
    assertThat(promoted()).isEmpty();
    assertThat(aside().get(0).getMessage())
        .isEqualTo(
            "version 20-0123456789ab: found generation 0, step 20 and sha256 11, expected those of"
                + " its report: 0, 20 and 00");
  }

  @Test
  void rollback_leadsToAVersionThatWasPromoted() throws Exception {
    // Nobody knows what was promoted before this state began.
    send(version(10, VersionStatus.ROLLED_BACK, 5L));
    report(20, 0.0);
    promotion(20);
    report(40, 0.0);
    promotion(40);
    send(version(40, VersionStatus.ROLLED_BACK, 20L));
    send(version(50, VersionStatus.ROLLED_BACK, null));
    send(version(40, VersionStatus.ROLLED_BACK, 60L));
    harness.setProcessingTime(WAIT);
    assertThat(passed())
        .filteredOn(version -> version.getStatus() == VersionStatus.ROLLED_BACK)
        .extracting(AdapterVersion::getParent)
        .containsExactly(Reports.version(5), Reports.version(20), null);
    assertThat(aside()).hasSize(1);
  }

  @Test
  void rollback_toTheParentThatAReportNames_passes() throws Exception {
    ProbeReport report =
        ProbeReport.newBuilder(Reports.report(0, 20, 0.0)).setParent(Reports.version(5)).build();
    send(Topics.PROBES, reports.encode(report), new byte[0]);
    promotion(20);
    send(version(20, VersionStatus.ROLLED_BACK, 5L));
    assertThat(passed()).hasSize(2);
    send(version(5, VersionStatus.PROMOTED, null));
    assertThat(promoted()).containsExactly(Reports.version(20));
  }

  @Test
  void promotion_thatWaited_isRestored_andGivenTimeAgain() throws Exception {
    promotion(20);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    close();
    now = 10 * WAIT;
    open(GateMode.ENFORCE, state);
    harness.setProcessingTime(10 * WAIT + 1);
    assertThat(aside()).isEmpty();
    report(20, 0.0);
    assertThat(promoted()).containsExactly(Reports.version(20));
  }

  @Test
  void records_unreadableOrUnderAnotherKey_areSetAside() throws Exception {
    send(Topics.ADAPTERS, new byte[] {1, 2}, new byte[0]);
    send(AdapterVersion.newBuilder(Reports.candidate("other", 5)).build());
    assertThat(aside())
        .extracting(QuarantinedRecord::getReason)
        .containsExactly("GARBAGE", "INVALID_VERSION");
    assertThat(passed()).isEmpty();
  }

  private void signed(String by, String job, String topic, byte[] value, long time)
      throws Exception {
    byte[] recordKey = "helper".getBytes(StandardCharsets.UTF_8);
    send(topic, value, signature(by, job).orElseThrow().header(topic, recordKey, value, time));
  }

  @Test
  void key_inForce_strangersReportsAndPromotionsAreSetAside() throws Exception {
    close();
    key = "k";
    open(GateMode.ENFORCE, null);
    byte[] report = reports.encode(Reports.report(0, 20, 0.0));
    byte[] promotion = versions.encode(version(20, VersionStatus.PROMOTED, null));
    send(Topics.PROBES, report, new byte[0]);
    signed("another", "sapflow", Topics.PROBES, report, 1000);
    signed("k", "staging", Topics.PROBES, report, 1000);
    signed("k", "sapflow", Topics.ADAPTERS, new byte[] {1}, 1000);
    send(Topics.ADAPTERS, promotion, new byte[0]);
    assertThat(aside())
        .extracting(QuarantinedRecord::getReason)
        .containsExactly(
            "UNSIGNED_RECORD", "BAD_SIGNATURE", "BAD_SIGNATURE", "GARBAGE", "UNSIGNED_RECORD");
  }

  @Test
  void reportAndPromotion_signed_passOnce() throws Exception {
    close();
    key = "k";
    now = 2000;
    open(GateMode.ENFORCE, null);
    byte[] report = reports.encode(Reports.report(0, 20, 0.0));
    byte[] promotion = versions.encode(version(20, VersionStatus.PROMOTED, null));
    for (int i = 0; i < 2; i++) {
      signed("k", "sapflow", Topics.PROBES, report, 1000);
      signed("k", "sapflow", Topics.ADAPTERS, promotion, 1001);
    }
    assertThat(promoted()).containsExactly(Reports.version(20));
    assertThat(aside())
        .extracting(QuarantinedRecord::getReason)
        .containsExactly("STALE_SIGNATURE", "UNPROVEN_VERSION");
    assertThat(aside().get(0).getMessage())
        .isEqualTo(
            "header sapflow-signature: found the time 1970-01-01T00:00:01Z, expected one after"
                + " 1970-01-01T00:00:01Z");
  }

  @Test
  void report_signedByAClockAhead_makesNoOtherStale() throws Exception {
    close();
    key = "k";
    now = 2000;
    open(GateMode.ENFORCE, null);
    long in2100 = 4102444800000L;
    signed("k", "sapflow", Topics.PROBES, reports.encode(Reports.report(0, 10, 0.0)), in2100);
    signed("k", "sapflow", Topics.PROBES, reports.encode(Reports.report(0, 20, 0.0)), 2001);
    byte[] promotion = versions.encode(version(20, VersionStatus.PROMOTED, null));
    signed("k", "sapflow", Topics.ADAPTERS, promotion, 2002);
    assertThat(promoted()).containsExactly(Reports.version(20));
    assertThat(aside()).isEmpty();
  }
}
