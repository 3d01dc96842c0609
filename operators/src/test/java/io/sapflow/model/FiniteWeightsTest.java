package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FiniteWeightsTest {

  private static final String NAME = "model.layers.1.mlp.up_proj.weight";
  private static final int INDEX = 7;

  @TempDir Path directory;

  /** A model of random weights in one type, of which one is set to a value. */
  private Path model(DType type, double value) throws Exception {
    RandomModels.write(directory, RandomModels.CONFIGS.get("qwen2, untied"), type, 5);
    Path file = directory.resolve("model.safetensors");
    long begin;
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      begin = open.entry(NAME).begin();
    }
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    all.position(Math.toIntExact(8 + all.getLong(0) + begin) + INDEX * type.bytes());
    if (type == DType.F64) {
      all.putDouble(value);
    } else {
      type.write((float) value, all);
    }
    return Files.write(file, bytes);
  }

  private void check(ComputeType held) {
    ModelConfig config = ModelConfig.read(directory);
    try (ModelFiles files = ModelFiles.open(directory)) {
      new FiniteWeights(files, held).check(config);
    }
  }

  private static String refusal(Path file, Object value) {
    return file
        + ": tensor '"
        + NAME
        + "' holds "
        + value
        + " at index 7; finite weights would be right";
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void check_notANumber_namesFileTensorAndPlace(DType type) throws Exception {
    Path file = model(type, Float.NaN);
    assertThatThrownBy(() -> check(ComputeType.FLOAT32))
        .isInstanceOf(ModelException.class)
        .hasMessage(refusal(file, "NaN"));
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void check_infinite_namesFileTensorAndPlace(DType type) throws Exception {
    Path file = model(type, Float.NEGATIVE_INFINITY);
    assertThatThrownBy(() -> check(ComputeType.BFLOAT16)).hasMessage(refusal(file, "-Infinity"));
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void check_large_isFine(DType type) throws Exception {
    model(type, 65504);
    assertThatCode(() -> check(ComputeType.FLOAT32)).doesNotThrowAnyException();
  }

  @Test
  void check_doubleBeyondFloat_isRefused() throws Exception {
    Path file = model(DType.F64, 1e39);
    assertThatThrownBy(() -> check(ComputeType.FLOAT32)).hasMessage(refusal(file, "Infinity"));
  }

  @Test
  void check_beyondBfloat16_isRefusedThereOnly_asLoadingDoes() throws Exception {
    Path file = model(DType.F32, 3.4e38);
    assertThatCode(() -> check(ComputeType.FLOAT32)).doesNotThrowAnyException();
    BaseModel.open(directory, ComputeType.FLOAT32, "cpu").close();
    assertThatThrownBy(() -> check(ComputeType.BFLOAT16)).hasMessage(refusal(file, "3.4E38"));
    assertThatThrownBy(() -> BaseModel.open(directory, ComputeType.BFLOAT16, "cpu"))
        .hasMessage(refusal(file, "3.4E38"));
  }

  @Test
  void check_recordedModels_areFine() {
    for (String name : Fixtures.MODELS) {
      try (ModelFiles files = ModelFiles.open(Fixtures.path(name))) {
        new FiniteWeights(files, ComputeType.BFLOAT16).check(ModelConfig.read(Fixtures.path(name)));
        assertThat(files.names()).isNotEmpty();
      }
    }
  }
}
