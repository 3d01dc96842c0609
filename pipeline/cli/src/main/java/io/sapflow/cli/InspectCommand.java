package io.sapflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.MemoryPlan;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.MemoryForecast;
import io.sapflow.model.ModelConfig;
import io.sapflow.ops.models.ModelReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow model inspect}. */
@Command(
    name = "inspect",
    description =
        "Say what a model is, how much memory training it takes, and whether that fits. Exit code"
            + " 1 if it does not.",
    sortOptions = false)
public final class InspectCommand implements Callable<Integer> {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Parameters(index = "0", paramLabel = "DIR", description = "Model in Hugging Face layout.")
  private Path directory;

  @Mixin private SettingsMixin mixin;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    ModelReport report = ModelReport.of(directory, mixin.settings(), mixin.length());
    print(report);
    if (json != null) {
      JSON.writeValue(json.toFile(), tree(report));
    }
    return report.fits() ? 0 : 1;
  }

  private static void print(ModelReport report) {
    ModelConfig c = report.config();
    line("family", c.modelType() + (c.tiedEmbeddings() ? ", tied head" : ""));
    line(
        "sizes",
        String.format(
            "hidden %d, %d layers, %d heads of %d (%d for keys), intermediate %d, vocabulary %d",
            c.hiddenSize(),
            c.layers(),
            c.heads(),
            c.headDim(),
            c.kvHeads(),
            c.intermediateSize(),
            c.vocabSize()));
    line("context", c.maxPositions() + " tokens" + window(c));
    line("end tokens", ends(report));
    line("parameters", String.format("%,d on disk as %s", report.parameters(), types(report)));
    line(
        "LoRA",
        String.format(
            "%,d parameters: rank %d on %s",
            report.layout().size(), report.layout().spec().rank(), targets(report)));
    line("checkpoint", mib(report.checkpointBytes()) + " for each adapter");
    line(
        "batch",
        String.format(
            "%d rows of %d tokens, %d safety pairs",
            report.batch().rows(), report.batch().length(), report.batch().pairs()));
    report
        .forecasts()
        .forEach((type, forecast) -> line(type.name().toLowerCase(Locale.ROOT), words(forecast)));
    report.plans().forEach(plan -> line("passes in", words(report, plan)));
    line(
        "device",
        String.format(
            "%s, of which the peak takes %.0f %%: %s",
            mib(report.deviceBytes()),
            100.0 * report.forecast().peak() / report.deviceBytes(),
            report.fits() ? "fits" : "does not fit"));
  }

  private static String ends(ModelReport report) {
    if (report.endsUnknown() != null) {
      return "not known: " + report.endsUnknown();
    }
    return report.ends().isEmpty()
        ? "none: answers end at their length"
        : report.ends().entrySet().stream()
            .map(end -> end.getKey() + " (" + String.join(", ", end.getValue()) + ")")
            .collect(Collectors.joining(", "));
  }

  private static String window(ModelConfig config) {
    return config.slidingWindow() == null ? "" : ", window " + config.slidingWindow();
  }

  private static String words(MemoryForecast forecast) {
    return String.format(
        "peak %s = weights %s + activations %s + spare %s + adapter %s + process %s",
        mib(forecast.peak()),
        mib(forecast.weights()),
        mib(forecast.activations()),
        mib(forecast.spare()),
        mib(forecast.adapter()),
        mib(forecast.process()));
  }

  private static String words(ModelReport report, MemoryPlan plan) {
    return String.format(
        "%s: peak %s with the job's largest batch, %s%s",
        plan.bound(),
        mib(plan.forecast().peak()),
        plan.fits() ? "fits" : "does not fit",
        plan.equals(report.taken()) ? "; taken" : "");
  }

  private static String types(ModelReport report) {
    return String.join(", ", report.fileTypes());
  }

  private static String targets(ModelReport report) {
    return report.layout().spec().targets().stream()
        .map(LoraTarget::module)
        .collect(Collectors.joining(", "));
  }

  private static String mib(long bytes) {
    return bytes < 10 << 20
        ? String.format("%.1f MiB", bytes / 1048576.0)
        : String.format("%,d MiB", bytes >> 20);
  }

  private static void line(String name, String text) {
    System.out.printf("%-12s%s%n", name, text);
  }

  private static ObjectNode tree(ModelReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.set("config", JSON.valueToTree(report.config()));
    if (report.endsUnknown() == null) {
      root.set("endTokens", JSON.valueToTree(report.ends()));
    } else {
      root.put("endTokensUnknown", report.endsUnknown());
    }
    root.put("parameters", report.parameters());
    root.set("fileTypes", JSON.valueToTree(report.fileTypes()));
    ObjectNode lora = root.putObject("lora");
    lora.put("rank", report.layout().spec().rank());
    lora.put("parameters", report.layout().size());
    lora.set(
        "targets",
        JSON.valueToTree(
            report.layout().spec().targets().stream().map(LoraTarget::module).toList()));
    root.put("checkpointBytes", report.checkpointBytes());
    root.set("batch", JSON.valueToTree(report.batch()));
    ObjectNode memory = root.putObject("memory");
    report
        .forecasts()
        .forEach(
            (type, forecast) -> {
              ObjectNode one = JSON.valueToTree(forecast);
              one.put("peak", forecast.peak());
              memory.set(type.name().toLowerCase(Locale.ROOT), one);
            });
    ArrayNode plans = root.putArray("largestBatch");
    for (MemoryPlan plan : report.plans()) {
      ObjectNode one = plans.addObject();
      if (!plan.memory().isWhole()) {
        one.put("microBatchTokens", plan.memory().microBatchTokens());
      }
      one.put("activationCheckpointing", plan.memory().checkpointed());
      one.put("peak", plan.forecast().peak());
      one.put("fits", plan.fits());
      one.put("taken", plan.equals(report.taken()));
    }
    root.put("computeType", report.held().name().toLowerCase(Locale.ROOT));
    root.put("deviceBytes", report.deviceBytes());
    root.put("fits", report.fits());
    return root;
  }
}
