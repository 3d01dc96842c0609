package io.sapflow.train;

import io.sapflow.schema.HeldExample;
import java.util.HashSet;
import java.util.Set;

/**
 * Takes examples in as they come, and hands them on in turns among the adapters, at most a window
 * of one adapter's a turn. Each adapter gets its own in their order, so that what it learns does
 * not depend on whose turn it is. Who is held has none.
 */
final class Intake {

  /** Where adapters come from. */
  interface Adapters {

    /** An adapter, live until another one is asked for; a new one is made. */
    AdapterTrainer get(String adapterId) throws Exception;

    /** Whether an adapter is still to be made. */
    boolean isNew(String adapterId);

    /** An adapter has had examples. */
    void had(AdapterTrainer trainer);
  }

  /** The most examples of a turn that trains nothing, such as a paused adapter's. */
  private static final int MOST_UNTRAINED = 1000;

  /** What an example costs beside its tokens, and making an adapter, in tokens; both roughly. */
  private static final int EXAMPLE_WORK = 16;

  private static final int MAKING_WORK = 4000;

  /** Some windows of short examples. */
  private static final int LEAD = 10_000;

  private final WaitingExamples waiting;
  private final Holds holds;
  private final Adapters adapters;
  private final long mostBytes;
  private final Turns turns = new Turns(LEAD);

  /** Adapters of which a version is served that they trained; which are, is seen at their turns. */
  private final Set<String> served = new HashSet<>();

  /**
   * An intake.
   *
   * @param mostBytes of examples that wait for their adapters' turns
   */
  Intake(WaitingExamples waiting, Holds holds, Adapters adapters, long mostBytes) {
    this.waiting = waiting;
    this.holds = holds;
    this.adapters = adapters;
    this.mostBytes = mostBytes;
  }

  /** Takes an example in; it is nobody's turn yet. */
  void add(String adapterId, HeldExample held) throws Exception {
    waiting.add(adapterId, held);
  }

  /** From now on an adapter's examples wait for its turn, and for nothing else but a hold's end. */
  void ready(String adapterId) {
    if (waiting.has(adapterId) && !holds.isHeld(adapterId)) {
      turns.waits(adapterId, served.contains(adapterId));
    }
  }

  /** The same of all adapters. */
  void allReady() {
    waiting.adapterIds().forEach(this::ready);
  }

  /** Whether there is a turn to be had. */
  boolean hasTurn() {
    return turns.size() > 0;
  }

  /** Whether so much waits that somebody must have a turn before more is taken in. */
  boolean isFull() {
    return waiting.bytes() > mostBytes && hasTurn();
  }

  /** The adapter whose turn it is gets examples until it has trained a window of them. */
  void turn() throws Exception {
    String adapterId = turns.next();
    if (adapterId == null || !waiting.has(adapterId) || holds.isHeld(adapterId)) {
      return; // it has had all by a command, or is held since
    }
    long work = adapters.isNew(adapterId) ? MAKING_WORK : 0;
    AdapterTrainer trainer = adapters.get(adapterId);
    long step = trainer.step();
    for (int i = 0; i < MOST_UNTRAINED && waiting.has(adapterId) && trainer.step() == step; i++) {
      HeldExample held = waiting.take(adapterId);
      work += HeldExamples.length(held) + EXAMPLE_WORK;
      trainer.accept(held, true);
    }
    turns.took(adapterId, work);
    note(adapterId, trainer);
    holds.look(trainer);
    ready(adapterId);
  }

  /** Hands all of an adapter's examples on at once. */
  void handAll(String adapterId, AdapterTrainer trainer, boolean ready) throws Exception {
    while (waiting.has(adapterId)) {
      trainer.accept(waiting.take(adapterId), ready);
    }
    note(adapterId, trainer);
  }

  private void note(String adapterId, AdapterTrainer trainer) {
    adapters.had(trainer);
    if (trainer.isServed()) {
      served.add(adapterId);
    } else {
      served.remove(adapterId);
    }
  }
}
