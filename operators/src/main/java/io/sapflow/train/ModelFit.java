package io.sapflow.train;

import io.sapflow.model.Kernel;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.schema.ModelBook;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Whether saved adapters fit the model that a job is started with. What only says how they are
 * trained from now on (learning rates, batches, the type of activations) may change.
 */
final class ModelFit {

  private static final String LORA = " (sapflow.lora.from decides it where it is set)";

  private ModelFit() {}

  /** What the adapters of a kernel are made for. */
  static ModelBook of(Kernel kernel, String baseModel) {
    LoraSpec lora = kernel.layout().spec();
    return new ModelBook(
        baseModel,
        lora.rank(),
        lora.alpha(),
        lora.rsLora(),
        lora.targets().stream().map(LoraTarget::module).toList(),
        Arrays.stream(kernel.options().hiddenProbeLayers()).boxed().toList());
  }

  /**
   * Compares.
   *
   * @throws UnfitStateException for the first difference
   */
  static void check(ModelBook saved, ModelBook present) {
    same("sapflow.model.path", "base model ", "", saved, present, ModelBook::getBaseModel);
    same("sapflow.lora.rank", "", LORA, saved, present, ModelBook::getRank);
    same("sapflow.lora.alpha", "", LORA, saved, present, ModelBook::getAlpha);
    same("sapflow.lora.rs", "", LORA, saved, present, ModelBook::getRsLora);
    same("sapflow.lora.targets", "", LORA, saved, present, ModelBook::getTargets);
    same("sapflow.sap.probe-layers", "", "", saved, present, ModelBook::getProbeLayers);
  }

  private static void same(
      String key,
      String what,
      String note,
      ModelBook saved,
      ModelBook present,
      Function<ModelBook, Object> value) {
    Object found = value.apply(present);
    Object kept = value.apply(saved);
    if (!found.equals(kept)) {
      throw new UnfitStateException(
          key
              + ": found "
              + what
              + found
              + ", but the saved adapters are made for "
              + what
              + kept
              + note
              + "; put it back, or start a new model with --fresh");
    }
  }
}
