package io.sapflow.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.ModelConfig;
import io.sapflow.sap.SapOptions;
import io.sapflow.train.TrainOptions;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What was measured, and what counting the work foretells: means over seeds, each of which weighs
 * the kinds of step by how often they come.
 *
 * @param settings what was asked for
 * @param config the model's sizes
 * @param measured what each arrangement took, by seed; the reference's on the first alone
 */
public record StepBenchResult(
    BenchSettings settings, ModelConfig config, Map<Arrangement, List<Measured>> measured) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Compares two arrangements on one seed. */
  private interface Ratio {
    double of(Measured one, Measured other);
  }

  /** The ratio of each seed that both were measured on. */
  private DoubleSummaryStatistics ratios(Arrangement one, Arrangement other, Ratio ratio) {
    List<Measured> ones = measured.get(one);
    List<Measured> others = measured.get(other);
    return IntStream.range(0, Math.min(ones.size(), others.size()))
        .mapToDouble(seed -> ratio.of(ones.get(seed), others.get(seed)))
        .summaryStatistics();
  }

  private DoubleSummaryStatistics cost(Ratio ratio) {
    return ratios(Arrangement.SAP, Arrangement.PLAIN, ratio);
  }

  private DoubleSummaryStatistics costWithoutReplay(Ratio ratio) {
    return ratios(Arrangement.SAP_WITHOUT_REPLAY, Arrangement.PLAIN, ratio);
  }

  private double overReference(Ratio ratio) {
    return ratios(Arrangement.REFERENCE, Arrangement.SAP, ratio).getAverage();
  }

  /** Time of SAP for each useful token, as a multiple of plain fine-tuning's. */
  public double sapCostOverPlain() {
    return cost(Measured::timeOver).getAverage();
  }

  /** Useful tokens per second of SAP, as a multiple of the reference's arrangement. */
  public double sapThroughputOverReference() {
    return overReference(Measured::timeOver);
  }

  private static double spread(DoubleSummaryStatistics ratios) {
    return ratios.getMax() - ratios.getMin();
  }

  /** For a person. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "%-30s %15s %10s %11s %12s %9s",
            "", "useful tokens/s", "s a step", "tokens", "TFLOP a step", "peak MiB"));
    measured.forEach((arrangement, seeds) -> lines.add(line(arrangement, Measured.of(seeds))));
    if (settings.timed()) {
      lines.add(costs("time", Measured::timeOver));
    }
    lines.add(costs("counted work", Measured::workOver));
    double counted = overReference(Measured::workOver);
    lines.add(
        settings.timed()
            ? String.format(
                "SAP trains %.2f times as many useful tokens a second as the reference's"
                    + " arrangement (counted work: %.2f)",
                sapThroughputOverReference(), counted)
            : String.format(
                "the reference's arrangement costs %.2f times SAP for a useful token by counted"
                    + " work",
                counted));
    return lines;
  }

  private static String line(Arrangement arrangement, Measured m) {
    return String.format(
        "%-30s %15.1f %10.2f %11d %12.4f %9s",
        arrangement.title(),
        m.usefulTokensPerSecond(),
        m.seconds() / m.steps(),
        m.usefulTokens(),
        m.teraflops() / m.steps(),
        m.peakBytes().isPresent() ? m.peakBytes().getAsLong() >> 20 : "unknown");
  }

  /** Means, and in brackets least and most over the seeds. */
  private String costs(String of, Ratio ratio) {
    DoubleSummaryStatistics sap = cost(ratio);
    DoubleSummaryStatistics bare = costWithoutReplay(ratio);
    return String.format(
        "SAP costs %.2f (%.2f to %.2f) times plain fine-tuning for a useful token by %s;"
            + " without replay %.2f (%.2f to %.2f)",
        sap.getAverage(),
        sap.getMin(),
        sap.getMax(),
        of,
        bare.getAverage(),
        bare.getMin(),
        bare.getMax());
  }

  /** For a program. Figures that were not measured are null. */
  public ObjectNode toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("model", settings.model());
    root.set("defaults", defaults());
    measured.forEach((arrangement, seeds) -> root.set(arrangement.key(), node(Measured.of(seeds))));
    root.put("sapThroughputOverReference", known(sapThroughputOverReference()));
    costs(root, Measured::timeOver);
    ObjectNode counted = root.putObject("countedWork");
    counted.put("sapThroughputOverReference", overReference(Measured::workOver));
    costs(counted, Measured::workOver);
    root.put("lengths", settings.lengths());
    root.put("histogramExamples", settings.histogram().examples());
    root.put("cycleSteps", settings.cycle());
    root.put("seeds", settings.seeds());
    root.putObject("shape")
        .put("vocabulary", config.vocabSize())
        .put("hidden", config.hiddenSize())
        .put("intermediate", config.intermediateSize())
        .put("layers", config.layers())
        .put("heads", config.heads())
        .put("keyHeads", config.kvHeads());
    return root;
  }

  private void costs(ObjectNode node, Ratio ratio) {
    DoubleSummaryStatistics sap = cost(ratio);
    DoubleSummaryStatistics bare = costWithoutReplay(ratio);
    node.put("sapCostOverPlain", known(sap.getAverage()));
    node.put("sapWithoutReplayCostOverPlain", known(bare.getAverage()));
    node.putObject("spread")
        .put("sapCostOverPlain", known(spread(sap)))
        .put("sapWithoutReplayCostOverPlain", known(spread(bare)));
  }

  private static Double known(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private ObjectNode defaults() {
    TrainOptions train = settings.job().train();
    SapOptions sap = train.sap();
    KernelOptions kernel = settings.job().kernel(config);
    ObjectNode node =
        JSON.createObjectNode()
            .put("directionRefreshSteps", sap.directionRefreshSteps())
            .put("probeRefreshSteps", sap.hiddenProbeRefreshSteps())
            .put("probeGradient", settings.job().get(SafetyOptions.PROBE_GRADIENT))
            .put("probeRows", sap.probeRows())
            .put("pushes", settings.job().get(SafetyOptions.PUSHES))
            .put("pairs", train.batch().pairs())
            .put("replayShare", train.batch().replayShare())
            .put("window", train.batch().window())
            .put("rows", train.batch().rows())
            .put("batchTokens", train.batch().tokens())
            .put("microBatchTokens", settings.job().get(TrainingOptions.MICRO_BATCH_TOKENS))
            .put(
                "activationCheckpointing",
                settings.job().get(TrainingOptions.ACTIVATION_CHECKPOINTING))
            .put("limit", settings.limits().examples())
            .put("pairLimit", settings.limits().pairs())
            .put("loraRank", settings.job().lora().rank())
            .put("computeType", settings.job().get(ModelOptions.COMPUTE_TYPE));
    node.set("probeLayers", JSON.valueToTree(kernel.hiddenProbeLayers()));
    return node;
  }

  private static ObjectNode node(Measured m) {
    return JSON.createObjectNode()
        .put("usefulTokensPerSecond", known(m.usefulTokensPerSecond()))
        .put(
            "peakMiB",
            m.peakBytes().isPresent()
                ? Double.valueOf(m.peakBytes().getAsLong() / 1048576.0)
                : null)
        .put("steps", m.steps())
        .put("examples", m.examples())
        .put("usefulTokens", m.usefulTokens())
        .put("secondsPerStep", known(m.seconds() / m.steps()))
        .put("teraflopPerStep", m.teraflops() / m.steps());
  }
}
