package io.sapflow.tokens;

import io.sapflow.ingest.AdapterPolicy;
import io.sapflow.ingest.ExampleDecoder;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.ingest.Origin;
import io.sapflow.ingest.Quarantine;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TrainingExample;
import java.nio.file.Path;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Records as the model sees them; what is no such record goes to quarantine. */
public final class TokenizeFunction extends ProcessFunction<RawRecord, TokenizedExample> {

  private static final long serialVersionUID = 1;

  private final String model;
  private final int maxTokens;
  private final AdapterPolicy adapters;
  private final OutputTag<QuarantinedRecord> quarantine;

  private transient ModelTokenizer tokenizer;
  private transient ChatEncoder encoder;
  private transient ExampleDecoder decoder;

  /**
   * A function.
   *
   * @param model directory of the model
   * @param maxTokens the longest example
   */
  public TokenizeFunction(
      String model,
      int maxTokens,
      AdapterPolicy adapters,
      OutputTag<QuarantinedRecord> quarantine) {
    this.model = model;
    this.maxTokens = maxTokens;
    this.adapters = adapters;
    this.quarantine = quarantine;
  }

  @Override
  public void open(OpenContext context) {
    tokenizer = ModelTokenizer.open(Path.of(model));
    encoder = new ChatEncoder(tokenizer, maxTokens);
    decoder = new ExampleDecoder(IngestLimits.DEFAULT, adapters);
  }

  @Override
  public void processElement(RawRecord raw, Context context, Collector<TokenizedExample> out) {
    try {
      out.collect(tokenize(raw, decoder.decode(raw)));
    } catch (RejectedRecordException e) {
      context.output(quarantine, Quarantine.record(raw, e));
    }
  }

  private TokenizedExample tokenize(RawRecord raw, TrainingExample example)
      throws RejectedRecordException {
    try {
      EncodedChat chat = encoder.encode(Chats.of(example.getMessages()), raw.timestamp());
      return new TokenizedExample(
          example.getAdapterId(),
          example.getId(),
          example.getSource(),
          false,
          raw.topic(),
          raw.partition(),
          raw.offset(),
          raw.timestamp(),
          chat.tokens(),
          chat.targets(),
          chat.truncatedTokens(),
          raw.key(),
          raw.value());
    } catch (ChatException e) {
      throw new RejectedRecordException("tokens", e.code(), e.getMessage(), Origin.of(example));
    }
  }

  @Override
  public void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
