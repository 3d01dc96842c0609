package io.sapflow.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Takes together what the parts of a batch give: means weighted by how many targets (or pairs) each
 * is over, values of rows one after the other. It goes in the order of the parts.
 */
final class PartSums {

  private final KernelPass pass;

  PartSums(KernelPass pass) {
    this.pass = pass;
  }

  /**
   * What a method gives for a batch, of which one micro-batch after the other goes through; for one
   * that goes through whole, what the method gives.
   *
   * @param ofRows which results are values of rows
   */
  List<Tensor> of(String method, KernelPass.Loaded batch, Set<Integer> ofRows, Tensor... tensors) {
    if (batch.parts().isEmpty()) {
      return pass.call(method, batch.inputs(), tensors);
    }
    List<Tensor> all = null;
    int targets = 0;
    int rows = 0;
    for (KernelPass.Loaded part : batch.parts()) {
      List<Tensor> own = pass.call(method, part.inputs(), tensors);
      targets += part.source().targetCount();
      rows += part.source().rows();
      double share = 1 - part.source().targetCount() / (double) targets;
      all = all == null ? own : taken(all, own, ofRows, share, rows);
    }
    return all;
  }

  private List<Tensor> taken(
      List<Tensor> before, List<Tensor> own, Set<Integer> ofRows, double share, int rows) {
    List<Tensor> both = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      both.add(
          ofRows.contains(i)
              ? placed(before.get(i), own.get(i), IntStream.range(0, rows).toArray())
              : mixed(before.get(i), own.get(i), share));
      before.get(i).close();
      own.get(i).close();
    }
    return both;
  }

  /** The safety loss of so many pairs and so many more; the safe answers of all come first. */
  KernelPass.Safety joined(
      KernelPass.Safety before, KernelPass.Safety more, int pairs, int others) {
    int[] places =
        Stream.of(
                IntStream.range(0, pairs),
                IntStream.range(2 * pairs, 2 * pairs + others),
                IntStream.range(pairs, 2 * pairs),
                IntStream.range(2 * pairs + others, 2 * (pairs + others)))
            .flatMapToInt(each -> each)
            .toArray();
    double share = pairs / (double) (pairs + others);
    KernelPass.Safety joined =
        new KernelPass.Safety(
            mixed(before.loss(), more.loss(), share),
            placed(before.logp(), more.logp(), places),
            mixed(before.byWeights(), more.byWeights(), share));
    before.byWeights().close();
    more.byWeights().close();
    return joined;
  }

  /** share a + (1 - share) b. */
  Tensor mixed(Tensor a, Tensor b, double share) {
    return pass.call("mixed", List.of(pass.hostDouble(share)), a, b).get(0);
  }

  /**
   * Values of rows.
   *
   * @param places where each row stands in a followed by b, [B]
   */
  Tensor placed(Tensor a, Tensor b, int[] places) {
    long[] order = Arrays.stream(places).asLongStream().toArray();
    List<Tensor> inputs = List.of(pass.ints(order, order.length));
    return pass.call("placed", inputs, a, b).get(0);
  }
}
