package io.sapflow.job.check;

import io.sapflow.job.access.Access;
import io.sapflow.job.access.AccessList;
import io.sapflow.job.access.AccessLook;
import io.sapflow.job.kafka.StackException;
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
    try {
      AccessLook.require(subject.settings().kafka(), needed);
      return Finding.ok("all " + needed.size() + " operations are allowed", EXPECTED);
    } catch (StackException e) {
      return Finding.told(e, EXPECTED);
    }
  }
}
