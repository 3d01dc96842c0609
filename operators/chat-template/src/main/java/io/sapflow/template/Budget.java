package io.sapflow.template;

/**
 * What all renderings of one record may cost together, in steps; a step is what takes about ten
 * nanoseconds. Whatever is evaluated, compared, hashed, made or looked at is charged before it is
 * done, so that no template and no message can run or grow without end. No clock decides: the same
 * work is the same number of steps everywhere. Not for use by several threads at once.
 */
public final class Budget {
  /**
   * The steps of a record: about a second. The worst that the tests know, an attack that uses them
   * all up, takes at most half a second of a processor; a conversation of 200 turns and 256 kB,
   * rendered some 300 times for its mask, stays below them (docs/models.md).
   */
  public static final long STEPS = 100_000_000L;

  /** Characters that are copied or scanned in one step. */
  private static final int SCANNED = 16;

  /** The longest value, in characters or elements. */
  private static final int LENGTH = 8 << 20;

  /** What one rendering may make, in bytes, whether or not it keeps it. */
  private static final long BYTES = 256L << 20;

  /** How deep expressions, blocks, macros and values may be nested, all together. */
  private static final int DEPTH = 300;

  private static final int CALLS = 64;

  private final long steps;
  private long left;
  private long bytes;
  private int depth;
  private int calls;

  /** A budget for the work of one record. */
  public Budget() {
    this(STEPS);
  }

  /** A budget of so many steps. */
  public Budget(long steps) {
    this.steps = steps;
    this.left = steps;
  }

  /** The steps charged so far. */
  public long spent() {
    return steps - left;
  }

  /** Whether more was asked than there was; then every further rendering fails. */
  public boolean isExhausted() {
    return left < 0;
  }

  /** Begins a rendering: what the one before made is gone. */
  void begin() {
    bytes = 0;
    depth = 0;
    calls = 0;
  }

  void charge(long work) {
    left -= Math.min(work, steps + 1);
    if (left < 0) {
      left = -1;
      throw new TemplateException(
          "the chat's renderings do more than " + steps + " steps of work together");
    }
  }

  /** Charges for characters that are copied, compared or searched in bulk. */
  void scan(long characters) {
    charge(1 + characters / SCANNED);
  }

  /** Charges for memory. */
  void make(long size) {
    bytes += size;
    if (bytes > BYTES) {
      throw new TemplateException(
          "the template makes more than " + (BYTES >> 20) + " MiB in one rendering");
    }
  }

  /** Checks a length before something that long is made. */
  void limit(long length) {
    if (length > LENGTH) {
      throw new TemplateException(
          "the template makes a value of length " + length + "; at most " + LENGTH + " is allowed");
    }
  }

  /** Charges for a text before it is made. */
  void text(long length) {
    limit(length);
    scan(length);
    make(48 + 2 * length);
  }

  /** Charges for a list before it is made or walked. */
  void list(long length) {
    limit(length);
    charge(1 + length);
    make(48 + 8 * length);
  }

  /** Goes one level deeper; ends with {@link #leave}, or with the rendering. */
  void enter() {
    if (++depth > DEPTH) {
      throw new TemplateException(
          "the template or a value in it is nested too deep; at most " + DEPTH + " is allowed");
    }
  }

  void leave() {
    depth--;
  }

  void enterCall() {
    if (++calls > CALLS) {
      throw new TemplateException("macros call each other deeper than " + CALLS);
    }
  }

  void leaveCall() {
    calls--;
  }
}
