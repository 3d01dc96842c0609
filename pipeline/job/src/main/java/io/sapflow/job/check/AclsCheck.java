package io.sapflow.job.check;

import io.sapflow.job.access.Access;
import io.sapflow.job.access.AccessList;
import io.sapflow.job.access.AccessLook;
import java.util.List;
import java.util.stream.Collectors;

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
    List<Access> missing = AccessLook.missing(subject.settings().kafka(), needed);
    return missing.isEmpty()
        ? Finding.ok("all " + needed.size() + " operations are allowed", EXPECTED)
        : Finding.fault(
            missing.size()
                + " of "
                + needed.size()
                + " operations are not allowed: "
                + missing.stream().map(Access::words).collect(Collectors.joining(", ")),
            EXPECTED);
  }
}
