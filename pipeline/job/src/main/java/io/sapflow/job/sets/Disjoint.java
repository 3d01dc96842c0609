package io.sapflow.job.sets;

import io.sapflow.ingest.Questions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** Keeps apart what is trained on and what is measured by: no id and no question is in both. */
public final class Disjoint {

  private Disjoint() {}

  /**
   * What two sets have in common, one line each that names both ids.
   *
   * @param records to be added to the one set
   * @param topic of the other set
   * @param standing what stands in the other set; what is retired does not count
   */
  public static <T extends SpecificRecord, O extends SpecificRecord> List<String> faults(
      SafetySet<T> set,
      Collection<T> records,
      SafetySet<O> other,
      String topic,
      Collection<O> standing) {
    Map<String, String> questions = new HashMap<>();
    Map<String, String> ids = new HashMap<>();
    for (O record : standing) {
      if (other.active().test(record)) {
        String id = other.id().apply(record);
        ids.put(id, id);
        questions.put(Questions.digest(other.prompt().apply(record)), id);
      }
    }
    List<String> faults = new ArrayList<>();
    for (T record : records) {
      String id = set.id().apply(record);
      String question = Questions.digest(set.prompt().apply(record));
      if (ids.containsKey(id)) {
        faults.add(
            set.noun()
                + " "
                + id
                + ": found "
                + other.noun()
                + " "
                + id
                + " on "
                + topic
                + ", expected another id");
      } else if (questions.containsKey(question)) {
        faults.add(
            set.noun()
                + " "
                + id
                + ": found its text in "
                + other.noun()
                + " "
                + questions.get(question)
                + " on "
                + topic
                + ", expected no text that is in both");
      }
    }
    return faults;
  }
}
