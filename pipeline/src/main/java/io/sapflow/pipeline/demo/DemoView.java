package io.sapflow.pipeline.demo;

import io.sapflow.pipeline.run.Tally;

/** Shows how the demo goes. */
public interface DemoView extends AutoCloseable {

  /** Something happened. */
  void event(String text);

  /**
   * How things stand now; called often.
   *
   * @param sent examples sent so far
   */
  void update(Tally tally, int sent);

  @Override
  void close();
}
