package io.sapflow.job.check;

/** A look at one thing that a job needs. */
interface Check {

  /** What it is called, as people and programs know it. */
  String name();

  /** What there is. */
  Finding look();
}
