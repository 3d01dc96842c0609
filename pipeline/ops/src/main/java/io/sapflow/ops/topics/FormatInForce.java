package io.sapflow.ops.topics;

import io.sapflow.ingest.ExampleEncoder;
import io.sapflow.ingest.ExampleFormat;
import io.sapflow.ingest.FormatDecoder;
import io.sapflow.ingest.FormatSettings;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.schema.TrainingExample;
import java.util.Map;
import java.util.function.Consumer;

/** Values of examples that were set aside, in the format that the job reads now. */
final class FormatInForce {

  private final ExampleFormat format;
  private final FormatDecoder decoder;
  private final ExampleEncoder encoder;
  private int converted;

  /** By a job's format; {@code lines} is told of each schema that is registered. */
  FormatInForce(FormatSettings settings, Map<String, String> environment, Consumer<String> lines) {
    this.format = settings.format();
    this.decoder = settings.anyDecoder(environment);
    this.encoder = settings.encoder(environment, lines);
  }

  /** Whether a value is in another format, by its mark. */
  boolean differs(byte[] value) {
    ExampleFormat marked = ExampleFormat.marked(value);
    return marked != null && marked != format;
  }

  /**
   * A value's example in the format in force; the value itself where it is no example, or one with
   * texts that this format cannot hold: it would be another.
   */
  byte[] of(String topic, byte[] value) {
    try {
      TrainingExample example = decoder.decode(value);
      byte[] anew = encoder.encode(topic, example);
      if (decoder.decode(anew).equals(example)) {
        converted++;
        return anew;
      }
      return value;
    } catch (RejectedRecordException e) {
      return value;
    }
  }

  /** What was done, in a line; null for nothing. */
  String told() {
    return converted == 0
        ? null
        : converted
            + " of them were written anew as "
            + format.words()
            + ", which the job reads (sapflow.examples.format)";
  }
}
