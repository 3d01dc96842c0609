package io.sapflow.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.ModelConfig;
import io.sapflow.sap.SapOptions;
import io.sapflow.train.TrainOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What was measured, and what counting the work foretells.
 *
 * @param settings what was asked for
 * @param config the model's sizes
 * @param measured what each arrangement took
 */
public record StepBenchResult(
    BenchSettings settings, ModelConfig config, Map<Arrangement, Measured> measured) {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Measured of(Arrangement arrangement) {
    return measured.get(arrangement);
  }

  /** Time of SAP for each useful token, as a multiple of plain fine-tuning's. */
  public double sapCostOverPlain() {
    return of(Arrangement.SAP).timeOver(of(Arrangement.PLAIN));
  }

  /** Useful tokens per second of SAP, as a multiple of the reference's arrangement. */
  public double sapThroughputOverReference() {
    return of(Arrangement.REFERENCE).timeOver(of(Arrangement.SAP));
  }

  private double withoutReplayOverPlain() {
    return of(Arrangement.SAP_WITHOUT_REPLAY).timeOver(of(Arrangement.PLAIN));
  }

  /** For a person. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "%-30s %15s %10s %11s %10s %9s",
            "", "useful tokens/s", "s a step", "TFLOP a step", "GFLOP/s", "peak MiB"));
    measured.forEach(
        (arrangement, m) ->
            lines.add(
                String.format(
                    "%-30s %15.1f %10.2f %12.4f %10.1f %9s",
                    arrangement.title(),
                    m.usefulTokensPerSecond(),
                    m.seconds() / m.steps(),
                    m.teraflops() / m.steps(),
                    1000 * m.teraflops() / m.seconds(),
                    m.peakBytes().isPresent() ? m.peakBytes().getAsLong() >> 20 : "unknown")));
    Measured plain = of(Arrangement.PLAIN);
    Measured sap = of(Arrangement.SAP);
    lines.add(
        String.format(
            "SAP costs %.2f times plain fine-tuning for a useful token (counted work: %.2f);"
                + " without replay %.2f (%.2f)",
            sapCostOverPlain(),
            sap.workOver(plain),
            withoutReplayOverPlain(),
            of(Arrangement.SAP_WITHOUT_REPLAY).workOver(plain)));
    lines.add(
        String.format(
            "SAP trains %.2f times as many useful tokens a second as the reference's arrangement"
                + " (counted work: %.2f)",
            sapThroughputOverReference(), of(Arrangement.REFERENCE).workOver(sap)));
    return lines;
  }

  /** For a program. */
  public ObjectNode toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("model", settings.model());
    root.set("defaults", defaults());
    measured.forEach((arrangement, m) -> root.set(arrangement.key(), node(m)));
    root.put("sapCostOverPlain", sapCostOverPlain());
    root.put("sapThroughputOverReference", sapThroughputOverReference());
    root.put("sapWithoutReplayCostOverPlain", withoutReplayOverPlain());
    Measured plain = of(Arrangement.PLAIN);
    root.putObject("countedWork")
        .put("sapCostOverPlain", of(Arrangement.SAP).workOver(plain))
        .put("sapThroughputOverReference", of(Arrangement.REFERENCE).workOver(of(Arrangement.SAP)))
        .put("sapWithoutReplayCostOverPlain", of(Arrangement.SAP_WITHOUT_REPLAY).workOver(plain));
    root.put("lengths", settings.lengths());
    root.put("histogramExamples", settings.histogram().examples());
    root.put("cycleSteps", settings.cycle());
    root.putObject("shape")
        .put("vocabulary", config.vocabSize())
        .put("hidden", config.hiddenSize())
        .put("intermediate", config.intermediateSize())
        .put("layers", config.layers())
        .put("heads", config.heads())
        .put("keyHeads", config.kvHeads());
    return root;
  }

  private ObjectNode defaults() {
    TrainOptions train = settings.job().train();
    SapOptions sap = train.sap();
    KernelOptions kernel = settings.job().kernel(config);
    ObjectNode node =
        JSON.createObjectNode()
            .put("directionRefreshSteps", sap.directionRefreshSteps())
            .put("probeRefreshSteps", sap.hiddenProbeRefreshSteps())
            .put("pairs", train.batch().pairs())
            .put("replayShare", train.batch().replayShare())
            .put("window", train.batch().window())
            .put("rows", train.batch().rows())
            .put("batchTokens", train.batch().tokens())
            .put("limit", settings.limits().examples())
            .put("pairLimit", settings.limits().pairs())
            .put("loraRank", settings.job().lora().rank())
            .put("computeType", settings.job().get(ModelOptions.COMPUTE_TYPE));
    node.set("probeLayers", JSON.valueToTree(kernel.hiddenProbeLayers()));
    return node;
  }

  private static ObjectNode node(Measured m) {
    return JSON.createObjectNode()
        .put("usefulTokensPerSecond", m.usefulTokensPerSecond())
        .put(
            "peakMiB",
            m.peakBytes().isPresent()
                ? Double.valueOf(m.peakBytes().getAsLong() / 1048576.0)
                : null)
        .put("steps", m.steps())
        .put("examples", m.examples())
        .put("usefulTokens", m.usefulTokens())
        .put("secondsPerStep", m.seconds() / m.steps())
        .put("teraflopPerStep", m.teraflops() / m.steps());
  }
}
