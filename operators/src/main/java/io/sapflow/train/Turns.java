package io.sapflow.train;

/**
 * Whose turn it is among adapters that wait for work. Two groups have equal shares of it, those
 * that are served and new ones, so that however many new ones come, they get half; in a group each
 * adapter has an equal share.
 *
 * <p>Work is counted in any unit, and a turn is not cut short. Who rests now and then has a lead
 * over those that always wait, so that its turn is the next; new ones as a group have none.
 */
public final class Turns {

  private final Shares<Shares<String>> groups = new Shares<>();
  private final Shares<String> served = new Shares<>();
  private final Shares<String> fresh = new Shares<>();
  private final long lead;
  private Shares<String> last;

  /**
   * Nobody waits.
   *
   * @param lead how much work somebody may have before the others after a rest
   */
  public Turns(long lead) {
    this.lead = lead;
  }

  /**
   * An adapter waits; again is the same as once.
   *
   * @param isServed whether a version that it trained is, or was, served
   */
  public void waits(String adapterId, boolean isServed) {
    (isServed ? fresh : served).leaves(adapterId);
    Shares<String> group = isServed ? served : fresh;
    group.waits(adapterId, lead);
    waits(group);
  }

  /** Takes out the adapter whose turn it is; null where none waits. */
  public String next() {
    last = groups.next();
    while (last != null && last.size() == 0) {
      last = groups.next(); // whose last adapter has changed groups
    }
    if (last == null) {
      return null;
    }
    String adapterId = last.next();
    if (last.size() > 0) {
      waits(last);
    }
    return adapterId;
  }

  private void waits(Shares<String> group) {
    groups.waits(group, group == served ? lead : 0);
  }

  /** The last turn, which was this adapter's, was so much work. */
  public void took(String adapterId, long work) {
    last.took(adapterId, work);
    groups.took(last, work);
  }

  /** How many adapters wait. */
  public int size() {
    return served.size() + fresh.size();
  }
}
