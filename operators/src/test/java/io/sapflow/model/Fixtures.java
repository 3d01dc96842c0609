package io.sapflow.model;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** The fixture models of src/test/resources/fixtures. */
public final class Fixtures {
  /** Folder names of all models. */
  public static final List<String> MODELS =
      List.of(
          "f1_llama",
          "f2_qwen2",
          "f3_llama_rope3_bf16",
          "f4_llama_sharded",
          "f5_qwen3",
          "f6_mistral");

  private Fixtures() {}

  /** A file or folder below the fixtures. */
  public static Path path(String name) {
    try {
      return Path.of(Fixtures.class.getResource("/fixtures/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
