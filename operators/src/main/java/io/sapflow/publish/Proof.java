package io.sapflow.publish;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ProbeReport;

/**
 * That a green report of a version stands on the probes topic.
 *
 * @param order grows from one report of an adapter to the next
 * @param generation of the version
 * @param step of the version
 * @param sha256 of the version
 * @param parent the version that was promoted before it; null for none
 */
public record Proof(long order, int generation, long step, String sha256, String parent) {

  /** Of a version that was promoted by an earlier state of the job: it bears no promotion out. */
  static final Proof PLACE = new Proof(-1, 0, 0, "", null);

  /** By the report at an offset; an adapter's reports are in one partition. */
  static Proof of(ProbeReport report, long offset) {
    return new Proof(
        offset, report.getGeneration(), report.getStep(), report.getSha256(), report.getParent());
  }

  /**
   * Why it does not bear a promotion out, in words; null if it does.
   *
   * @param spent the order of the last report that one was borne out by; null before the first
   */
  String fault(AdapterVersion promotion, Long spent) {
    if (spent != null && order <= spent) {
      return "its report has been answered by a promotion before, expected a newer one";
    }
    boolean same =
        promotion.getGeneration() == generation
            && promotion.getStep() == step
            && promotion.getSha256().equals(sha256);
    return same
        ? null
        : "found generation "
            + promotion.getGeneration()
            + ", step "
            + promotion.getStep()
            + " and sha256 "
            + promotion.getSha256()
            + ", expected those of its report: "
            + generation
            + ", "
            + step
            + " and "
            + sha256;
  }
}
