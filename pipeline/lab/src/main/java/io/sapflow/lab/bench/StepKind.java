package io.sapflow.lab.bench;

import io.sapflow.sap.SapOptions;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Steps that compute the same things anew, and how often such a step comes. Where every batch is
 * met by every kind and each counts by its share, all phases of the refreshes are met alike: it
 * does not matter which batches they happen to fall on.
 *
 * @param update the first update of this kind, counted from 0
 * @param share of all steps
 */
record StepKind(long update, double share) {

  /** The kinds that settings ask for, the most thorough first. */
  static List<StepKind> of(SapOptions options) {
    int cycle = cycle(options);
    Map<List<Boolean>, List<Integer>> updates = new LinkedHashMap<>();
    for (int update = 0; update < cycle; update++) {
      List<Boolean> kind =
          List.of(options.refreshesDirection(update), options.refreshesHiddenProbe(update));
      updates.computeIfAbsent(kind, any -> new ArrayList<>()).add(update);
    }
    return updates.values().stream()
        .map(each -> new StepKind(each.get(0), each.size() / (double) cycle))
        .toList();
  }

  /** Steps in which probe and direction are refreshed as often as on average. */
  static int cycle(SapOptions options) {
    BigInteger direction = BigInteger.valueOf(options.directionRefreshSteps());
    BigInteger probe = BigInteger.valueOf(options.hiddenProbeRefreshSteps());
    return direction.multiply(probe).divide(direction.gcd(probe)).intValueExact();
  }
}
