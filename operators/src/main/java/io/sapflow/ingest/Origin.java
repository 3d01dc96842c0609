package io.sapflow.ingest;

import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.Hold;
import io.sapflow.schema.TrainingExample;

/**
 * What a refused record says of itself, as far as it is fit to be repeated.
 *
 * @param adapterId the adapter, or null
 * @param source who claims to have produced it, or null
 * @param exampleId the record's own id, or null
 */
public record Origin(String adapterId, String source, String exampleId) {

  /** Nothing is known. */
  public static final Origin UNKNOWN = new Origin(null, null, null);

  private static final int LONGEST = 256;

  /** What an example says of itself; parts that are empty, too long or not valid are left out. */
  public static Origin of(TrainingExample example) {
    return new Origin(
        AdapterIds.valid(example.getAdapterId()) ? example.getAdapterId() : null,
        fit(example.getSource()),
        fit(example.getId()));
  }

  /** The same of a source that may not be the one it claims. */
  public Origin ofSource(String known) {
    return new Origin(adapterId, fit(known), exampleId);
  }

  /** What a command says of itself: its adapter, its issuer and its id. */
  public static Origin of(ControlCommand command) {
    return new Origin(
        AdapterIds.valid(command.getAdapterId()) ? command.getAdapterId() : null,
        fit(command.getIssuer()),
        fit(command.getId()));
  }

  /** What a hold says of itself: its adapter, and the order that is to follow. */
  public static Origin of(Hold hold) {
    return new Origin(
        AdapterIds.valid(hold.getAdapterId()) ? hold.getAdapterId() : null,
        null,
        fit(hold.getOrderId()));
  }

  /** What a record with an id only says of itself. */
  public static Origin ofId(String id) {
    return new Origin(null, null, fit(id));
  }

  private static String fit(String text) {
    return text.isBlank() || text.length() > LONGEST || Texts.loneSurrogate(text) >= 0
        ? null
        : text;
  }
}
