package io.sapflow.job.access;

import java.util.Locale;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/**
 * One thing that a client must be allowed to do.
 *
 * @param name of the resource, or what its name begins with
 * @param prefixed whether all names that begin so are meant: a pattern of the type PREFIXED
 * @param purpose for what, in words
 */
public record Access(
    ResourceType resource, String name, boolean prefixed, AclOperation operation, String purpose) {

  /** The resource as people call it, such as "topic sapflow.steps.v1". */
  public String on() {
    return resource.name().toLowerCase(Locale.ROOT).replace('_', ' ')
        + (prefixed ? " prefix " : " ")
        + name;
  }

  /** In a line: "WRITE on topic sapflow.steps.v1 (the job's sinks)". */
  public String words() {
    return operation + " on " + on() + " (" + purpose + ")";
  }
}
