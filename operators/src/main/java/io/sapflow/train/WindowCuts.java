package io.sapflow.train;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where examples are cut into windows: after so many of them, or with the one that brings their
 * bytes to a bound. The cut depends on the examples of one adapter alone, in their order.
 */
final class WindowCuts {

  private final int mostExamples;
  private final long mostBytes;

  /** Lengths of the full windows, oldest first. */
  private final Deque<Integer> full = new ArrayDeque<>();

  private int open;
  private long openBytes;

  WindowCuts(int mostExamples, long mostBytes) {
    this.mostExamples = mostExamples;
    this.mostBytes = mostBytes;
  }

  /** An example of so many bytes has come. */
  void add(long bytes) {
    open++;
    openBytes += bytes;
    if (open >= mostExamples || openBytes >= mostBytes) {
      full.add(open);
      open = 0;
      openBytes = 0;
    }
  }

  /** Takes the oldest full window out, and returns how many examples it has; 0 where none is. */
  int take() {
    Integer length = full.poll();
    return length == null ? 0 : length;
  }

  /** How many examples the oldest window has, which may be full. */
  int first() {
    return full.isEmpty() ? open : full.peek();
  }

  /** Whether a window is full. */
  boolean isFull() {
    return !full.isEmpty();
  }

  /** Begins anew. */
  void clear() {
    full.clear();
    open = 0;
    openBytes = 0;
  }
}
