package io.sapflow.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.model.ComputeType;
import io.sapflow.model.KernelArchive;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.RowLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a visit to a GPU measures, as JSON: kernels as archives, models by their sizes, batches by
 * their lengths. Twice: at the shape of a model of 7 billion weights, and at one that runs
 * anywhere.
 */
final class GpuPlan {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FAMILIES = List.of("llama", "qwen2", "qwen3", "mistral");

  /** Layers, and tokens of a batch, that a pass in float64 has room for on any large card. */
  private static final int PRECISION_LAYERS = 4;

  private static final int PRECISION_TOKENS = 1776;

  private final Path directory;
  private final Map<String, String> overrides;

  private GpuPlan(Path directory, Map<String, String> overrides) {
    this.directory = directory;
    this.overrides = overrides;
  }

  /**
   * The plan.
   *
   * @param directory for files on the way
   * @param overrides options of the job, over the defaults
   */
  static ObjectNode of(Path directory, Map<String, String> overrides) throws IOException {
    return new GpuPlan(directory, overrides).node();
  }

  private ObjectNode node() throws IOException {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode families = root.putObject("families");
    for (String family : FAMILIES) {
      families.set(family, family(family));
    }
    root.set("full", size("large", 512, 80));
    root.set("small", size("small", 32, 8));
    ObjectNode jvm = root.putObject("jvm");
    jvm.set(
        "step",
        JSON.valueToTree(
            List.of(
                "bench",
                "step",
                "-Dsapflow.model.device=cuda",
                "-Dsapflow.model.compute-type=bfloat16",
                "--json",
                "@JSON@")));
    jvm.set(
        "tune",
        JSON.valueToTree(
            List.of(
                "tune",
                "@EXAMPLES@",
                "--out",
                "@DIR@",
                "-Dsapflow.model.device=cuda",
                "--json",
                "@JSON@")));
    return root;
  }

  /** A tiny model of a family, computed in float32. */
  private ObjectNode family(String name) throws IOException {
    BenchSettings settings = settings(32, 8, ComputeType.FLOAT32, Map.of());
    ModelConfig config = config(name, 0);
    ObjectNode node = described(settings, config);
    node.put(
        "kernel", archive(settings, config, ComputeType.FLOAT32, settings.job().kernel(config)));
    return node;
  }

  private ObjectNode size(String name, int limit, int window) throws IOException {
    ObjectNode node = JSON.createObjectNode();
    node.set("precision", precision(name, limit, window));
    for (String gradient : List.of("double-backward", "difference")) {
      BenchSettings settings =
          settings(
              limit, window, ComputeType.BFLOAT16, Map.of("sapflow.sap.probe-gradient", gradient));
      ModelConfig config = config(name, 0);
      KernelOptions kernel = settings.job().kernel(config);
      ObjectNode plan = PeerPlan.of(settings, config, true);
      plan.putObject("kernels")
          .put("packed", archive(settings, config, ComputeType.BFLOAT16, kernel))
          .put(
              "padded",
              archive(settings, config, ComputeType.BFLOAT16, kernel.in(RowLayout.EVERYWHERE)));
      node.set(gradient, plan);
    }
    return node;
  }

  /** The batch whose tokens are nearest to those that float64 has room for, and few layers. */
  private ObjectNode precision(String name, int limit, int window) throws IOException {
    BenchSettings settings =
        settings(
            limit,
            window,
            ComputeType.BFLOAT16,
            Map.of("sapflow.sap.probe-gradient", "double-backward", "sapflow.sap.probe-rows", "1"));
    ModelConfig config = config(name, PRECISION_LAYERS);
    ObjectNode plan = PeerPlan.of(settings, config, true);
    ArrayNode batches = (ArrayNode) plan.get("work").get(0).get("batches");
    int nearest = 0;
    for (int i = 1; i < batches.size(); i++) {
      if (distance(batches, i) < distance(batches, nearest)) {
        nearest = i;
      }
    }
    ObjectNode node = described(settings, config);
    node.set("rows", batches.get(nearest).get("examples"));
    node.set("pairs", batches.get(nearest).get("pairs"));
    String alone = Arrangement.SAP_WITHOUT_REPLAY.key();
    node.set(
        "chunks",
        plan.get("arrangements").get(alone).get("work").get(0).get(nearest).get("chunks"));
    ObjectNode kernels = node.putObject("kernels");
    for (ComputeType type : ComputeType.values()) {
      kernels.put(
          PeerPlan.word(type),
          archive(settings, config, type, settings.job().kernel(config).in(type)));
    }
    return node;
  }

  private static int distance(ArrayNode batches, int i) {
    return Math.abs(batches.get(i).get("usefulTokens").intValue() - PRECISION_TOKENS);
  }

  /** A plan without its work. */
  private static ObjectNode described(BenchSettings settings, ModelConfig config) {
    ObjectNode node = PeerPlan.of(settings, config, true);
    node.remove(List.of("work", "arrangements"));
    return node;
  }

  private static byte[] archive(
      BenchSettings settings, ModelConfig config, ComputeType stored, KernelOptions kernel) {
    return KernelArchive.of(config, settings.job().lora(), kernel, stored);
  }

  private BenchSettings settings(
      int limit, int window, ComputeType type, Map<String, String> values) {
    Map<String, String> all = new TreeMap<>();
    all.put("sapflow.tokens.max-length", Integer.toString(limit));
    all.put("sapflow.batch.window", Integer.toString(window));
    all.putAll(overrides);
    all.putAll(values);
    all.put("sapflow.model.compute-type", PeerPlan.word(type));
    JobSettings job = new JobSettings(ConfigFile.of(all));
    job.check();
    return new BenchSettings(
        "random",
        "999 Alpaca examples",
        LengthHistogram.shipped(),
        job,
        job.pairTokens(),
        1,
        1,
        false);
  }

  /**
   * A shipped model's sizes.
   *
   * @param layers in place of its own; 0 leaves them
   */
  private ModelConfig config(String name, int layers) throws IOException {
    ObjectNode node;
    try (InputStream in = GpuPlan.class.getResourceAsStream("/bench/gpu/" + name + ".json")) {
      node = (ObjectNode) JSON.readTree(in);
    }
    if (layers > 0) {
      node.put("num_hidden_layers", layers);
    }
    Path file = directory.resolve("config.json");
    Files.write(file, JSON.writeValueAsBytes(node));
    return ModelConfig.readFile(file);
  }
}
