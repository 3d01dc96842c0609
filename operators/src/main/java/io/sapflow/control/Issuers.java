package io.sapflow.control;

import java.util.List;

/** The names by which the job itself gives commands; no person's. */
public final class Issuers {

  /** Who gives the commands of a verdict. */
  public static final String GATE = "gate";

  /** Who gives those of an alert. */
  public static final String ALERT = "alert";

  /** Who gives those whose time has come. */
  public static final String SCHEDULE = "schedule";

  /** All of them. */
  public static final List<String> RESERVED = List.of(GATE, ALERT, SCHEDULE);

  private Issuers() {}
}
