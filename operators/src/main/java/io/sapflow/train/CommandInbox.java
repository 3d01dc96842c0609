package io.sapflow.train;

import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.CommandContent;
import io.sapflow.schema.ControlCommand;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Predicate;

/** The commands that one adapter has heard; some wait for their step, or for their window. */
final class CommandInbox {

  private static final int REMEMBERED = 1000;
  private static final int MOST_WAITING = 1000;

  /** What a command is to those that were heard before it. */
  enum Sight {
    FIRST,
    AGAIN,

    /** Another command has its id. */
    ID_TAKEN
  }

  /** Fingerprints by id, the newest last. */
  private final LinkedHashMap<String, String> seen = new LinkedHashMap<>();

  private final List<ControlCommand> waiting = new ArrayList<>();
  private long personTime;

  /** Remembers a command. */
  Sight see(ControlCommand command) {
    String fingerprint = CommandContent.fingerprint(command);
    String before = seen.putIfAbsent(command.getId(), fingerprint);
    if (seen.size() > REMEMBERED) {
      seen.remove(seen.keySet().iterator().next());
    }
    if (before == null) {
      return Sight.FIRST;
    }
    // Of commands from before there were fingerprints only the id is known.
    return before.isEmpty() || before.equals(fingerprint) ? Sight.AGAIN : Sight.ID_TAKEN;
  }

  /** Whether a command of this id was heard. */
  boolean hasSeen(String id) {
    return seen.containsKey(id);
  }

  /**
   * Lets a command wait for its step, or for its window.
   *
   * @return why not, and then it may be given again; null if it waits
   */
  String defer(ControlCommand command) {
    if (waiting.size() >= MOST_WAITING) {
      seen.remove(command.getId());
      return waiting.size()
          + " commands wait for their steps, expected fewer than "
          + MOST_WAITING
          + "; give it when one of them has come";
    }
    waiting.add(command);
    return null;
  }

  /** Takes out the first command whose step has come; null where there is none. */
  ControlCommand takeDue(long step) {
    return take(command -> !WindowCut.isOne(command) && command.getAtStep() <= step);
  }

  /** Takes out the first FLUSH whose window is such; null where there is none. */
  ControlCommand takeCut(Predicate<WindowCut> due) {
    return take(command -> WindowCut.isOne(command) && due.test(WindowCut.of(command)));
  }

  private ControlCommand take(Predicate<ControlCommand> due) {
    for (Iterator<ControlCommand> each = waiting.iterator(); each.hasNext(); ) {
      ControlCommand command = each.next();
      if (due.test(command)) {
        each.remove();
        return command;
      }
    }
    return null;
  }

  /** Notes the time of a person's command that lasts. */
  void notePerson(ControlCommand command) {
    personTime = Math.max(personTime, command.getTime());
  }

  /**
   * Forgets the time of a person's command if it is later than any may be: who gave it had a wrong
   * clock, and nobody else is to wait until it has come.
   */
  void forgetPersonAfter(long latest) {
    if (personTime > latest) {
      personTime = 0;
    }
  }

  /** The time of the newest command of a person that lasts, epoch milliseconds. */
  long personTime() {
    return personTime;
  }

  void save(AdapterBook.Builder book) {
    book.setSeenCommands(List.copyOf(seen.keySet()))
        .setSeenFingerprints(List.copyOf(seen.values()))
        .setWaitingCommands(List.copyOf(waiting))
        .setCommandTime(personTime);
  }

  void restore(AdapterBook book) {
    boolean known = book.getSeenFingerprints().size() == book.getSeenCommands().size();
    for (int i = 0; i < book.getSeenCommands().size(); i++) {
      seen.put(book.getSeenCommands().get(i), known ? book.getSeenFingerprints().get(i) : "");
    }
    waiting.addAll(book.getWaitingCommands());
    personTime = book.getCommandTime();
  }
}
