package io.sapflow.ops.models;

import io.sapflow.adapter.AdapterMerge;
import io.sapflow.adapter.PeftAdapter;
import io.sapflow.model.BaseModel;
import io.sapflow.model.Check;
import io.sapflow.model.ComputeType;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.KernelPass;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelFiles;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import io.sapflow.tokens.EndTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Fuses an adapter into its base, and holds what was written to what the two compute together. */
public final class Merging {

  private static final int ROWS = 2;
  private static final int LENGTH = 16;

  /** Of the logits' norm, where weights are rounded to 24, 11 and 8 bits. */
  private static final double FLOAT32_LIMIT = 2e-5;

  private static final double FLOAT16_LIMIT = 5e-3;
  private static final double BFLOAT16_LIMIT = 4e-2;

  private Merging() {}

  /**
   * Writes the merged model, whose generation_config.json names all end tokens, and compares logits
   * on random tokens, computed in float32. A merge that fails leaves nothing; a merged model whose
   * logits are off stays.
   *
   * @param adapter a PEFT directory
   * @param out a new or empty directory
   * @param device as sapflow.model.device
   */
  public static Check run(Path model, Path adapter, Path out, long shardBytes, String device)
      throws IOException {
    ModelConfig config = ModelConfig.read(model);
    Set<Integer> ends = EndTokens.read(model);
    PeftAdapter peft = PeftAdapter.read(adapter, config);
    double limit;
    float[] expected;
    try (ModelFiles files = ModelFiles.open(model)) {
      files.check(config);
      limit = limit(config, files);
      expected = logits(model, peft.spec(), peft.weights(), device);
      WholeDirectory.write(out, made -> AdapterMerge.write(files, peft, made, shardBytes, ends));
    }
    LoraSpec unused = new LoraSpec(1, 1, false, Set.of(LoraTarget.Q));
    float[] found = logits(out, unused, null, device);
    return Check.atMost("merged", "logits", Check.relative(found, expected), limit);
  }

  private static double limit(ModelConfig config, ModelFiles files) {
    double limit = FLOAT32_LIMIT;
    for (String name : config.expectedTensors().keySet()) {
      limit =
          switch (files.entry(name).dtype()) {
            case BF16 -> Math.max(limit, BFLOAT16_LIMIT);
            case F16 -> Math.max(limit, FLOAT16_LIMIT);
            default -> limit;
          };
    }
    return limit;
  }

  /** Logits [ROWS, LENGTH, V] of random tokens, the same for equal vocabularies. */
  private static float[] logits(Path model, LoraSpec lora, float[] weights, String device) {
    try (BaseModel base = BaseModel.open(model, ComputeType.FLOAT32, device);
        Kernel kernel = base.kernel(lora, KernelOptions.inference());
        Tensor w = kernel.weights();
        Tensor off = kernel.hiddenProbe();
        KernelPass pass = kernel.pass()) {
      if (weights != null) {
        w.set(weights);
      }
      SplittableRandom random = new SplittableRandom(0);
      int vocabulary = base.config().vocabSize();
      TokenBatch.Row[] rows = new TokenBatch.Row[ROWS];
      for (int i = 0; i < ROWS; i++) {
        rows[i] =
            new TokenBatch.Row(random.ints(LENGTH, 0, vocabulary).toArray(), new byte[LENGTH]);
      }
      return pass.logits(TokenBatch.of(List.of(rows)), w, off).toFloats();
    }
  }
}
