package io.sapflow.job.check;

import io.sapflow.job.access.Access;
import io.sapflow.job.access.AccessList;
import io.sapflow.job.access.AccessLook;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.StackException;
import java.util.Collections;
import java.util.List;

/** Whether the brokers allow the job's user what the job does. */
record AclsCheck(Subject subject) implements Check {

  private static final String EXPECTED = "access control lists that allow the job what it does";

  @Override
  public String name() {
    return "acls";
  }

  @Override
  public Finding look() {
    List<Access> needed = AccessList.ofJob(subject.settings());
    KafkaClients kafka = subject.settings().kafka();
    List<Access> missing;
    try {
      missing = AccessLook.missing(kafka, needed);
    } catch (StackException e) {
      return Finding.unseen(e.getMessage(), EXPECTED);
    }
    if (missing.isEmpty()) {
      return Finding.ok("all " + needed.size() + " operations are allowed", EXPECTED);
    }
    Finding fault =
        Finding.fault(
            "the brokers at " + kafka.bootstrapServers() + ": " + AccessLook.noRightTo(missing),
            EXPECTED);
    return stops(missing) ? fault : fault.asWarning();
  }

  /** What only looks at the topics is not missed where nobody makes any. */
  private boolean stops(List<Access> missing) {
    return subject.purpose() != Purpose.JAR
        || !Collections.disjoint(AccessList.ofTasks(subject.settings()), missing);
  }
}
