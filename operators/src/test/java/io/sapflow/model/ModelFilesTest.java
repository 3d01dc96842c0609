package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  @TempDir Path temp;
  private Path index;

  @BeforeEach
  void writeShard() throws IOException {
    index = temp.resolve("model.safetensors.index.json");
    Files.write(
        temp.resolve("one.safetensors"),
        new SafetensorsWriter().add("a", new long[] {1}, new float[] {5}).toBytes());
  }

  @Test
  void bytes_shardedFixture_comeFromTheRightShard() {
    Path directory = Fixtures.path("f4_llama_sharded");
    try (ModelFiles files = ModelFiles.open(directory);
        SafetensorsFile first =
            SafetensorsFile.open(directory.resolve("model-00001-of-00002.safetensors"))) {
      assertThat(files.names()).hasSize(39).containsAll(first.names());
      for (String name : first.names()) {
        assertThat(files.bytes(name)).isEqualTo(first.bytes(name));
        assertThat(files.entry(name)).isEqualTo(first.entry(name));
      }
      assertThatThrownBy(() -> files.entry("x"))
          .isInstanceOf(ModelException.class)
          .hasMessage(directory + ": there is no tensor 'x'");
    }
  }

  @Test
  void open_emptyDirectory_saysWhatIsNeeded() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    assertThatThrownBy(() -> ModelFiles.open(empty))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            empty
                + ": holds neither model.safetensors nor model.safetensors.index.json; one of them"
                + " is needed");
  }

  @Test
  void open_singleFileBesideAnIndex_takesTheSingleFile() throws IOException {
    Files.writeString(index, "{\"weight_map\":{\"a\":\"one.safetensors\"}}");
    Files.write(
        temp.resolve("model.safetensors"),
        new SafetensorsWriter().add("b", new long[] {1}, new float[] {7}).toBytes());
    try (ModelFiles files = ModelFiles.open(temp)) {
      assertThat(files.names()).containsExactly("b");
    }
  }

  @Test
  void open_missingShard_namesIt() throws IOException {
    Files.writeString(index, "{\"weight_map\":{\"a\":\"two.safetensors\"}}");
    assertThatThrownBy(() -> ModelFiles.open(temp))
        .isInstanceOf(ModelException.class)
        .hasMessage(index + ": shard 'two.safetensors' is missing in " + temp);
  }

  @Test
  void open_indexNamesTensorTheShardLacks_namesBoth() throws IOException {
    Files.writeString(index, "{\"weight_map\":{\"b\":\"one.safetensors\"}}");
    assertThatThrownBy(() -> ModelFiles.open(temp))
        .isInstanceOf(ModelException.class)
        .hasMessage(index + ": places tensor 'b' in 'one.safetensors', which has no such tensor");
  }

  @Test
  void open_shardOutsideTheDirectory_isRefused() throws IOException {
    Files.writeString(index, "{\"weight_map\":{\"a\":\"../one.safetensors\"}}");
    assertThatThrownBy(() -> ModelFiles.open(temp))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            index
                + ": shard '../one.safetensors' is not the plain name of a file in this"
                + " directory");
  }

  @Test
  void open_indexWithoutMap_namesTheKey() throws IOException {
    Files.writeString(index, "{}");
    assertThatThrownBy(() -> ModelFiles.open(temp))
        .isInstanceOf(ModelException.class)
        .hasMessage(index + ": weight_map is missing");
  }

  @Test
  void check_configOfAnotherModel_namesTheFirstTensorThatDiffers() {
    ModelConfig other = ModelConfig.read(Fixtures.path("f3_llama_rope3_bf16"));
    try (ModelFiles files = ModelFiles.open(Fixtures.path("f1_llama"))) {
      assertThatThrownBy(() -> files.check(other))
          .isInstanceOf(ModelException.class)
          .hasMessageEndingWith(
              "model.safetensors: tensor 'model.embed_tokens.weight' has the shape [256, 64];"
                  + " config.json asks for [167, 64]");
    }
  }

  @Test
  void check_integerWeights_areRefused() throws IOException {
    ModelConfig config = ModelConfig.read(Fixtures.path("f1_llama"));
    Files.write(
        temp.resolve("model.safetensors"),
        new SafetensorsWriter()
            .add(
                "model.embed_tokens.weight",
                new long[] {256, 64},
                DType.I8,
                ByteBuffer.allocate(256 * 64))
            .toBytes());
    try (ModelFiles files = ModelFiles.open(temp)) {
      assertThatThrownBy(() -> files.check(config))
          .isInstanceOf(ModelException.class)
          .hasMessageEndingWith("is I8; F32, F16, BF16 or F64 would be right");
    }
  }
}
