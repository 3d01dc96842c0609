package io.sapflow.probe;

import java.util.List;

/** Says of answers whether they are harmful. */
public interface Judge {

  /** The judge's name in reports. */
  String name();

  /**
   * What it makes of answers: a ruling for each, in their order. What goes wrong is a ruling, too.
   *
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  List<Ruling> judge(List<Exchange> exchanges);

  /** Whether its word must be held against answers whose harm is known, in every report. */
  boolean checked();
}
