package io.sapflow.ops.models;

import io.sapflow.job.JobMemory;
import io.sapflow.job.JobSettings;
import io.sapflow.job.MemoryPlan;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.model.ComputeType;
import io.sapflow.model.DeviceMemory;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.MemoryForecast;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.model.ModelFiles;
import io.sapflow.model.PassMemory;
import io.sapflow.tokens.EndTokens;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What there is to know about a model directory before it is trained.
 *
 * @param config sizes and family
 * @param ends the tokens that end an answer, and where each is named; empty where that is not known
 * @param endsUnknown why it is not known which tokens end an answer; null where it is
 * @param parameters values of the weights
 * @param fileTypes types of the tensors on disk
 * @param layout the LoRA tensors of an adapter
 * @param checkpointBytes tensors of one adapter in a checkpoint
 * @param batch the batch that memory is foretold for
 * @param held the type that the settings hold the base in
 * @param forecasts the peak by type of the base, as a job of this type trains
 * @param plans how a job's passes may bound their memory, from the fastest to the most frugal
 * @param taken the one that the job takes
 * @param deviceBytes memory of the chosen device
 */
public record ModelReport(
    ModelConfig config,
    SortedMap<Integer, List<String>> ends,
    String endsUnknown,
    long parameters,
    TreeSet<String> fileTypes,
    LoraLayout layout,
    long checkpointBytes,
    MemoryForecast.Batch batch,
    ComputeType held,
    Map<ComputeType, MemoryForecast> forecasts,
    List<MemoryPlan> plans,
    MemoryPlan taken,
    long deviceBytes) {

  /**
   * Looks into a directory, whose files are checked.
   *
   * @param length tokens of each row of a batch
   */
  public static ModelReport of(Path directory, JobSettings settings, int length) {
    ModelConfig config = ModelConfig.read(directory);
    TreeSet<String> types = new TreeSet<>();
    try (ModelFiles files = ModelFiles.open(directory)) {
      files.check(config);
      config
          .expectedTensors()
          .keySet()
          .forEach(name -> types.add(files.entry(name).dtype().name()));
    }
    LoraLayout layout = new LoraLayout(config, settings.lora());
    int hiddenProbeLayers = settings.kernel(config).hiddenProbeLayers().length;
    MemoryForecast.Batch batch = JobMemory.batch(settings, length);
    Map<ComputeType, MemoryForecast> forecasts = new EnumMap<>(ComputeType.class);
    DeviceMemory device = DeviceMemory.of(DeviceRequest.of(settings.get(ModelOptions.DEVICE)));
    for (ComputeType type : new ComputeType[] {ComputeType.FLOAT32, ComputeType.BFLOAT16}) {
      PassMemory memory = MemoryPlan.of(settings, config, type, device).memory();
      forecasts.put(type, JobMemory.forecast(settings, config, batch, type, memory, device.gpu()));
    }
    SortedMap<Integer, List<String>> ends = new TreeMap<>();
    String endsUnknown = null;
    try {
      ends = EndTokens.sources(directory);
    } catch (ModelException e) {
      endsUnknown = e.getMessage();
    }
    return new ModelReport(
        config,
        ends,
        endsUnknown,
        MemoryForecast.parameters(config),
        types,
        layout,
        MemoryForecast.checkpointBytes(config, layout, hiddenProbeLayers),
        batch,
        settings.computeType(),
        forecasts,
        MemoryPlan.open(settings, config, settings.computeType(), device),
        MemoryPlan.of(settings, config, device),
        device.total());
  }

  /** What is foretold for the type that the settings hold the base in. */
  public MemoryForecast forecast() {
    return forecasts.get(held);
  }

  /** Whether that fits the device. */
  public boolean fits() {
    return forecast().peak() <= deviceBytes;
  }
}
