package io.sapflow.job.check;

/** A look at one thing that a job needs. */
interface Check {

  /** What it is called, as people and programs know it. */
  String name();

  /** Whether it reads so much that it takes as long as its storage does. */
  default boolean readsAll() {
    return false;
  }

  /** What there is. */
  Finding look();
}
