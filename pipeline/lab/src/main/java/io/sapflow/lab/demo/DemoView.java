package io.sapflow.lab.demo;

import io.sapflow.local.run.Tally;
import org.apache.avro.specific.SpecificRecord;

/** Shows how the demo goes. */
public interface DemoView extends AutoCloseable {

  /** What happens from now on, in one line. */
  void phase(String text);

  /** The job wrote a record, which has been counted. */
  void heard(SpecificRecord record);

  /**
   * How things stand now; called often.
   *
   * @param sent examples sent so far
   */
  void update(Tally tally, int sent);

  @Override
  void close();
}
