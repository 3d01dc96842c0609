package io.sapflow.gate;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.Topics;
import io.sapflow.schema.VersionStatus;
import java.util.List;

/** Probe reports, and what they are about, for tests. */
public final class Reports {

  private Reports() {}

  /** A complete report of the version {@code <step>-0123456789ab}. */
  public static ProbeReport report(int generation, long step, double harmful) {
    return ProbeReport.newBuilder()
        .setAdapterId("helper")
        .setVersion(version(step))
        .setGeneration(generation)
        .setStep(step)
        .setUri("file:///store/helper/" + version(step))
        .setSha256("00")
        .setJudges(List.of(new JudgeScore("refusal", harmful, 0.0, 1.0, 40, 0, List.of(), 0, 0)))
        .setOverRefusal(0.02)
        .setComplete(true)
        .setOffsets(List.of(new OffsetRange(Topics.EXAMPLES, 0, 5L, 9L)))
        .setTime(1000 + step)
        .build();
  }

  /** A version that was made, and waits to be probed. */
  public static AdapterVersion candidate(String adapterId, long step) {
    return AdapterVersion.newBuilder()
        .setAdapterId(adapterId)
        .setVersion(version(step))
        .setGeneration(0)
        .setStep(step)
        .setUpdates(step)
        .setUri("")
        .setSha256("")
        .setStatus(VersionStatus.CANDIDATE)
        .build();
  }

  /** The name of a step's version. */
  public static String version(long step) {
    return step + "-0123456789ab";
  }

  /** A source by its pushes; without any its mean is unknown. */
  public static SourceEvidence source(String name, int pushes, double mean, double deviation) {
    return SourceEvidence.newBuilder()
        .setSource(name)
        .setExamples(40)
        .setShare(0.3)
        .setPushes(pushes)
        .setMeanPush(pushes == 0 ? null : mean)
        .setPushDeviation(pushes < 2 ? null : deviation)
        .build();
  }
}
