package io.sapflow.ingest;

import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.TrainingExample;
import java.util.Objects;

/**
 * What a training example must hold to: an id, a valid and allowed adapter, Unicode text, and a
 * conversation within the limits in which an assistant answers.
 */
public final class ExampleRules {

  private final Rules rules;
  private final AdapterPolicy adapters;

  /** Rules within these limits. */
  public ExampleRules(IngestLimits limits, AdapterPolicy adapters) {
    this.rules = new Rules(limits);
    this.adapters = Objects.requireNonNull(adapters, "adapters");
  }

  /**
   * Checks an example.
   *
   * @throws RejectedRecordException for the first rule that it breaks
   */
  public void check(TrainingExample example) throws RejectedRecordException {
    Texts.requireWhole(Texts.of(example));
    rules.id(example.getId());
    rules.source("source", example.getSource());
    rules.adapterId(example.getAdapterId(), "[a-z0-9-]{1,64}");
    if (!adapters.allows(example.getAdapterId())) {
      throw Rules.rejected(
          QuarantineReason.UNKNOWN_ADAPTER,
          "adapterId: found "
              + example.getAdapterId()
              + ", expected one of the "
              + adapters.allow().size()
              + " in sapflow.adapters.allow");
    }
    rules.attributes("attributes", example.getAttributes());
    rules.conversation("messages", example.getMessages(), example.getTools());
    rules.answered("messages", example.getMessages());
  }
}
