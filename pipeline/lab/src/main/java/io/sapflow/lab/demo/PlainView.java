package io.sapflow.lab.demo;

import io.sapflow.local.run.Tally;
import java.io.PrintStream;
import org.apache.avro.specific.SpecificRecord;

/** Lines, for logs and pipes: every event, and how things stand every few seconds. */
public final class PlainView implements DemoView {

  private static final long NANOS_BETWEEN_LINES = 5_000_000_000L;

  private final PrintStream out;
  private long lastLine = System.nanoTime();

  /** A view on a stream. */
  public PlainView(PrintStream out) {
    this.out = out;
  }

  @Override
  public void phase(String text) {
    out.println(text);
  }

  @Override
  public void heard(SpecificRecord record) {
    DemoTexts.events(record).forEach(out::println);
  }

  @Override
  public void update(Tally tally, int sent) {
    if (System.nanoTime() - lastLine >= NANOS_BETWEEN_LINES) {
      lastLine = System.nanoTime();
      out.println(DemoTexts.progress(tally, sent));
    }
  }

  @Override
  public void close() {}
}
