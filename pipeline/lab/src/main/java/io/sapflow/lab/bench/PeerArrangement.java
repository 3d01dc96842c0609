package io.sapflow.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.model.MicroBatches;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ProbeGradient;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.ProbedRows;
import java.util.ArrayList;
import java.util.List;

/** What one arrangement does with the work, and what that counts. */
final class PeerArrangement {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Arrangement arrangement;
  private final BenchSettings settings;
  private final ModelConfig config;
  private final boolean gpu;
  private final StepFlops flops;
  private final MicroBatches microBatches;

  PeerArrangement(
      Arrangement arrangement, BenchSettings settings, ModelConfig config, boolean gpu) {
    this.arrangement = arrangement;
    this.settings = settings;
    this.config = config;
    this.gpu = gpu;
    this.flops = StepFlops.of(arrangement, settings, config, gpu);
    this.microBatches =
        MicroBatches.of(
            config,
            settings.job().lora(),
            settings.job().computeType(),
            settings.kernel(config),
            gpu);
  }

  ObjectNode node() {
    boolean padded = arrangement == Arrangement.REFERENCE;
    ObjectNode node =
        JSON.createObjectNode()
            .put("title", arrangement.title())
            .put("probe", flops.options().method().hasHiddenProbe())
            .put("layout", padded ? "padded" : "packed")
            .put("logits", padded ? "everywhere" : "targets")
            .put("replay", arrangement == Arrangement.SAP)
            .put("directionRefreshSteps", flops.options().directionRefreshSteps())
            .put("probeRefreshSteps", flops.options().hiddenProbeRefreshSteps())
            .put("probeGradient", PeerPlan.word(flops.way()))
            .put("probeRows", flops.options().probeRows())
            .put("pushes", PeerPlan.word(flops.options().pushes()));
    List<StepKind> kinds = StepKind.of(flops.options());
    ArrayNode kindNodes = node.putArray("kinds");
    for (StepKind kind : kinds) {
      kindNodes
          .addObject()
          .put("update", kind.update())
          .put("share", kind.share())
          .put("direction", flops.options().refreshesDirection(kind.update()))
          .put("probe", flops.options().refreshesHiddenProbe(kind.update()));
    }
    ArrayNode work = node.putArray("work");
    int seeds = padded ? 1 : settings.seeds();
    for (int seed = 0; seed < seeds; seed++) {
      ArrayNode batches = work.addArray();
      settings.work(seed, config.vocabSize()).forEach(each -> batches.add(batch(each, kinds)));
    }
    return node;
  }

  private boolean twice() {
    return flops.way() == ProbeGradient.DOUBLE_BACKWARD;
  }

  private ObjectNode batch(Work work, List<StepKind> kinds) {
    List<TokenBatch.Row> rows = arrangement.rows(work);
    ProbedRows probed =
        ProbedRows.of(arrangement.batch(work, settings.limits()), flops.options().probeRows());
    ObjectNode node = JSON.createObjectNode();
    node.put("tokens", arrangement.taskShape(rows, settings.limits(), gpu).tokens());
    node.put("pairTokens", arrangement.safetyShape(work, settings.limits()).tokens());
    ArrayNode counted = node.putArray("flops");
    kinds.forEach(kind -> counted.add(flops.of(work, kind.update())));
    if (!probed.all()) {
      node.set("probedRows", JSON.valueToTree(probed.probed()));
    }
    if (twice()) {
      node.set("chunks", JSON.valueToTree(cut(rows, probed)));
    }
    return node;
  }

  /** Rows, tokens and targets of each chunk, [C, 3]. */
  private long[][] cut(List<TokenBatch.Row> rows, ProbedRows probed) {
    List<TokenBatch.Row> picked = new ArrayList<>();
    for (int index : probed.probed()) {
      picked.add(rows.get(index));
    }
    return microBatches
        .twice(
            picked.stream().mapToLong(row -> row.tokens().length).toArray(),
            picked.stream().mapToLong(TokenBatch.Row::targetCount).toArray())
        .stream()
        .map(cut -> new long[] {cut.rows(), cut.tokens(), cut.targets()})
        .toArray(long[][]::new);
  }
}
