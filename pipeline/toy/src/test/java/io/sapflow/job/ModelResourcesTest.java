package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.adapter.PeftAdapter;
import io.sapflow.model.AdapterState;
import io.sapflow.model.DeviceMemory;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.model.PassMemory;
import io.sapflow.model.TaskPlace;
import io.sapflow.toy.ToyModel;
import io.sapflow.train.TrainResources;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.util.InstantiationUtil;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelResourcesTest {

  private static final LoraSpec ADAPTS =
      new LoraSpec(3, 5, true, Set.of(LoraTarget.K, LoraTarget.UP));

  @TempDir Path temp;
  private Path model;

  @BeforeEach
  void unpack() {
    model = ToyModel.unpack(temp);
  }

  private JobSettings settings(String... more) {
    Map<String, String> values = new TreeMap<>();
    values.put("sapflow.model.path", model.toString());
    values.put("sapflow.model.device", "cpu");
    values.put("sapflow.adapter.store", temp.resolve("store").toUri().toString());
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return new JobSettings(ConfigFile.of(values));
  }

  /** As a TaskManager gets them. */
  private static ModelResources shipped(JobSettings settings) throws Exception {
    return InstantiationUtil.clone(new ModelResources(settings));
  }

  private Path startAdapter() throws IOException {
    LoraLayout layout = new LoraLayout(ModelConfig.read(model), ADAPTS);
    Path directory = temp.resolve("start");
    new PeftAdapter(layout, null, layout.initial(7)).write(directory);
    return directory;
  }

  private static void failsForGood(ThrowingCallable opening, String message) {
    assertThatThrownBy(opening)
        .isInstanceOf(SuppressRestartsException.class)
        .cause()
        .isInstanceOf(ModelException.class)
        .hasMessage(message);
  }

  @Test
  void open_modelNotThere_failsForGood() throws Exception {
    String message = temp.resolve("none") + "/config.json: cannot be read: there is no such file";
    JobSettings settings = settings("sapflow.model.path", temp.resolve("none").toString());
    ModelResources trainer = shipped(settings);
    failsForGood(() -> trainer.open(TaskPlace.ALONE, false).close(), message);
    failsForGood(() -> trainer.open(TaskPlace.ALONE, true).close(), message);
    failsForGood(() -> new ProbeModelResources(settings).open(TaskPlace.ALONE).close(), message);
  }

  @Test
  void open_kernelRefused_freesTheBase() throws Exception {
    ModelResources trainer = shipped(settings("sapflow.sap.probe-layers", "6"));
    failsForGood(
        () -> trainer.open(TaskPlace.ALONE, false).close(),
        "sapflow.sap.probe-layers: found layer 6, expected 0 to 5");
    // A base that were still open would be shared, and the damage not noticed.
    Path weights = model.resolve("model.safetensors");
    try (FileChannel file = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      ByteBuffer nan = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(Float.NaN);
      file.write(nan.flip(), file.size() - 4);
    }
    ModelResources again = shipped(settings());
    assertThatThrownBy(() -> again.open(TaskPlace.ALONE, false).close())
        .cause()
        .hasMessageStartingWith(weights + ": tensor '")
        .hasMessageContaining("holds NaN");
  }

  @Test
  void open_restoredAndStartAdapterGone_needsItForNewAdaptersOnly() throws Exception {
    Path start = startAdapter();
    float[] weights = PeftAdapter.read(start, ModelConfig.read(model)).weights();
    ModelResources trainer =
        shipped(settings("sapflow.lora.from", start.toString()).withStartSpec());
    try (TrainResources.Opened opened = trainer.open(TaskPlace.ALONE, false);
        AdapterState fresh = AdapterState.fresh(opened.kernel(), 1)) {
      assertThat(fresh.weights().toFloats()).isEqualTo(weights);
    }
    Files.move(start, temp.resolve("elsewhere"));
    String message = start + "/adapter_config.json: cannot be read: there is no such file";
    try (TrainResources.Opened opened = trainer.open(TaskPlace.ALONE, true)) {
      assertThat(opened.kernel().layout().spec()).isEqualTo(ADAPTS);
      AdapterState.empty(opened.kernel()).close();
      failsForGood(() -> AdapterState.fresh(opened.kernel(), 1).close(), message);
    }
    failsForGood(() -> trainer.open(TaskPlace.ALONE, false).close(), message);
  }

  @Test
  void probe_startAdapterGone_isNotAskedFor() throws Exception {
    Path start = startAdapter();
    JobSettings settings = settings("sapflow.lora.from", start.toString()).withStartSpec();
    Files.move(start, temp.resolve("elsewhere"));
    new ProbeModelResources(settings).open(TaskPlace.ALONE).close();
  }

  @Test
  void open_largestBatchTooLarge_isSaidAndTrainsAllTheSame() throws Exception {
    JobSettings large =
        settings(
            "sapflow.batch.rows", "2000000000",
            "sapflow.batch.tokens", "2000000000",
            "sapflow.train.micro-batch-tokens", "none",
            "sapflow.train.activation-checkpointing", "off");
    DeviceFit fit = DeviceFit.ofTraining(large, DeviceRequest.of("cpu"));
    assertThat(fit.isTight()).isTrue();
    assertThat(fit.words())
        .matches(
            "cpu \\(cpu with [\\d,.]+ MiB\\), where training needs at least \\d+ MiB"
                + " \\(weights \\d+ MiB\\) and up to [\\d,.]+ MiB with the largest batch, in whole"
                + " batches");
    shipped(large).open(TaskPlace.ALONE, false).close();
    assertThat(DeviceFit.ofTraining(settings(), DeviceRequest.of("cpu")).isTight()).isFalse();
  }

  @Test
  void open_largestBatchTooLargeAndAuto_trainsInMicroBatches() throws Exception {
    JobSettings large =
        settings("sapflow.batch.rows", "2000000000", "sapflow.batch.tokens", "2000000000");
    DeviceFit fit = DeviceFit.ofTraining(large, DeviceRequest.of("cpu"));
    assertThat(fit.isTight()).isFalse();
    assertThat(fit.words()).contains(" with the largest batch, in micro-batches of ");
    try (TrainResources.Opened opened = shipped(large).open(TaskPlace.ALONE, false)) {
      PassMemory memory = opened.kernel().options().memory();
      assertThat(memory.isWhole()).isFalse();
      assertThat(memory.checkpointed()).isFalse();
    }
    try (TrainResources.Opened opened = shipped(settings()).open(TaskPlace.ALONE, false)) {
      assertThat(opened.kernel().options().memory()).isEqualTo(PassMemory.WHOLE);
    }
  }

  @Test
  void fit_tooSmallForGood_isAFault_andForNow_isTriedAgain() {
    DeviceMemory gpu = new DeviceMemory(true, "cuda:1", 8L << 30, 2L << 30);
    DeviceRequest asked = DeviceRequest.of("cuda:1");
    fit(asked, gpu, 2L << 30).require();
    String words =
        "sapflow\\.model\\.device: found cuda:1 \\(cuda:1 with 2.048 MiB free of 8.192 MiB\\),"
            + " where training needs it, expected .+";
    assertThatThrownBy(() -> fit(asked, gpu, (2L << 30) + 1).require())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(words);
    assertThatThrownBy(() -> fit(asked, gpu, (8L << 30) + 1).require())
        .isInstanceOf(ModelException.class)
        .hasMessageMatching(words);
  }

  private static DeviceFit fit(DeviceRequest asked, DeviceMemory there, long least) {
    return new DeviceFit(asked, there, least, least, "training needs it");
  }

  /** Flink gives every task of a process all of its devices. */
  @Test
  void devices_ofTrainersAndProbes_areThoseOfFlinkInTurn() {
    JobSettings apart =
        settings(
            "sapflow.model.device", "auto",
            "sapflow.model.external-resource", "cards",
            "sapflow.job.slot-sharing", "apart");
    JobSettings shared = settings("sapflow.model.device", "auto");
    assertThat(TaskDevice.ofTrainer(apart, place(0, "cards")).name()).isEqualTo("cuda:4");
    assertThat(TaskDevice.ofProbe(apart, place(0, "cards")).name()).isEqualTo("cuda:6");
    assertThat(TaskDevice.ofTrainer(apart, place(0, "gpu")).name()).isEqualTo("auto");
    // In one slot both share the model.
    assertThat(TaskDevice.ofTrainer(shared, place(1, "gpu")).name()).isEqualTo("cuda:6");
    assertThat(TaskDevice.ofProbe(shared, place(1, "gpu")).name()).isEqualTo("cuda:6");
  }

  private static TaskPlace place(int subtask, String resource) {
    return new TaskPlace(subtask, name -> name.equals(resource) ? List.of("6", "4") : List.of());
  }

  @Test
  void open_deviceThatFlinkGivesIsNotThere_failsForGood() throws Exception {
    ModelResources trainer = shipped(settings("sapflow.model.device", "auto"));
    TaskPlace place = new TaskPlace(0, resource -> List.of("777"));
    assertThatThrownBy(() -> trainer.open(place, false).close())
        .isInstanceOf(SuppressRestartsException.class)
        .cause()
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(
            "sapflow.model.device: found auto, for which Flink's external resource gpu gives"
                + " cuda:777, where libtorch ");
  }

  @Test
  void withStartSpec_directoryNotHere_leavesItToTheTasks() throws Exception {
    Path start = startAdapter();
    Files.move(start, temp.resolve("elsewhere"));
    JobSettings settings = settings("sapflow.lora.from", start.toString()).withStartSpec();
    Files.move(temp.resolve("elsewhere"), start);
    assertThat(settings.lora()).isEqualTo(ADAPTS);
  }
}
