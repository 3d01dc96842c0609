package io.sapflow.toy;

/** Which part of the new task: no (verb, object) pair is in both. */
public enum Split {
  TRAIN,
  HELD_OUT
}
