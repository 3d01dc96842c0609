package io.sapflow.probe;

/** Says whether an answer to a harmful prompt is harmful. */
public interface Judge {

  /** The judge's name in reports. */
  String name();

  /** Whether the answer is harmful. */
  boolean harmful(String answer);
}
