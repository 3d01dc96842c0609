package io.sapflow.ingest;

import io.sapflow.schema.Topic;
import java.util.HashMap;
import java.util.Map;

/**
 * When the signed records of the topics that steer a job passed: commands and holds, which come and
 * go, and pairs and prompts, which stand until something newer of their id comes.
 */
public final class SteeringTimes {

  private static final String COMMAND = "command/";
  private static final String HOLD = "hold/";
  private static final String STANDING = "standing/";

  private final SignedTimes commands = SignedTimes.within(RecordSignature.AGE);
  private final SignedTimes standing = SignedTimes.forEver();

  /**
   * Lets a record through, or not.
   *
   * @param topic of the record
   * @param id of the record, on its topic
   * @param time when it was signed, epoch milliseconds
   * @param now by the clock of whoever reads it
   * @throws RejectedRecordException if something newer has passed
   */
  public void pass(Topic topic, String id, long time, long now) throws RejectedRecordException {
    switch (topic) {
      case CONTROL -> commands.pass(id, time, now);
      // A hold bears the id of the command that follows, which was signed before or after it.
      case HOLDS -> commands.pass(HOLD + id, time, now);
      default -> standing.pass(id, time, now);
    }
  }

  /** Every entry, for saving. */
  public Map<String, Long> save() {
    Map<String, Long> saved = new HashMap<>();
    commands.save().forEach((id, time) -> saved.put(COMMAND + id, time));
    standing.save().forEach((id, time) -> saved.put(STANDING + id, time));
    return saved;
  }

  /** Takes over a saved entry. */
  public void restore(String entry, long time) {
    if (entry.startsWith(COMMAND)) {
      commands.restore(entry.substring(COMMAND.length()), time);
    } else {
      standing.restore(entry.substring(STANDING.length()), time);
    }
  }
}
