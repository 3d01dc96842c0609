package io.sapflow.model;

/** How a kernel's passes lay out the rows of a batch; {@link KernelPass#load} sees to it. */
public enum RowLayout {
  /**
   * Tokens of all rows one after the other: no work for padding. Rows that a sliding window cuts
   * are padded all the same.
   */
  PACKED,
  /** Padded to the longest. Values at padded positions are computed and not read. */
  PADDED,
  /**
   * Padded, with a mask, so that values at padded positions are those of the usual Python stack.
   */
  MASKED,
  /**
   * Padded, with logits at every position, as the published code has it; there to be measured
   * against.
   */
  EVERYWHERE
}
