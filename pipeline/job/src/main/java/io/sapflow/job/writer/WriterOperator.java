package io.sapflow.job.writer;

import io.sapflow.ingest.RawRecord;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the job the writer while it runs: signs of life come from a thread of its own, and once a
 * newer writer has come, the job fails for good. Records pass through as they are.
 */
public final class WriterOperator extends AbstractStreamOperator<RawRecord>
    implements OneInputStreamOperator<RawRecord, RawRecord> {

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(WriterOperator.class);
  private static final long LOOK_MILLIS = 500;
  private static final Duration LAST_WAIT = Duration.ofSeconds(2);

  /** Takes the leases. */
  public interface Taking extends Serializable {
    /** All of them; the caller closes them. */
    List<WriterLease> take();
  }

  private final Taking taking;

  private transient List<WriterLease> leases;
  private transient ScheduledThreadPoolExecutor beats;
  private transient volatile NotTheWriterException fenced;
  private transient boolean finished;

  /** An operator that takes the leases when it opens. */
  public WriterOperator(Taking taking) {
    this.taking = taking;
  }

  @Override
  public void open() throws Exception {
    super.open();
    leases = taking.take();
    beats =
        new ScheduledThreadPoolExecutor(
            leases.size(),
            work -> {
              Thread thread = new Thread(work, "sapflow-writer");
              thread.setDaemon(true);
              return thread;
            });
    for (WriterLease lease : leases) {
      beats.scheduleWithFixedDelay(
          () -> beat(lease),
          WriterLease.BEAT.toMillis(),
          WriterLease.BEAT.toMillis(),
          TimeUnit.MILLISECONDS);
    }
    getProcessingTimeService()
        .scheduleWithFixedDelay(time -> requireWriter(), LOOK_MILLIS, LOOK_MILLIS);
  }

  /** What cannot be reached now is tried again: only a newer writer ends this one. */
  private void beat(WriterLease lease) {
    try {
      lease.beat();
    } catch (NotTheWriterException e) {
      fenced = e;
    } catch (IOException | RuntimeException e) {
      LOG.warn("no sign of life could be given: {}", e.toString());
    }
  }

  private void requireWriter() {
    if (fenced != null) {
      throw new SuppressRestartsException(fenced);
    }
  }

  @Override
  public void processElement(StreamRecord<RawRecord> element) {
    requireWriter();
    output.collect(element);
  }

  /** Other tasks may still have work to do: the end is entered when the task is closed. */
  @Override
  public void finish() throws Exception {
    finished = true;
    super.finish();
  }

  /** All is done: whoever comes next does not wait. */
  private void enterEnd() {
    for (WriterLease lease : leases) {
      try {
        lease.end();
      } catch (IOException | RuntimeException e) {
        LOG.warn("the end could not be entered; the next writer waits: {}", e.toString());
      }
    }
  }

  private void stopBeats() throws InterruptedException {
    beats.shutdownNow();
    beats.awaitTermination(LAST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Tolerates a half-opened operator. */
  @Override
  public void close() throws Exception {
    if (beats != null) {
      stopBeats();
    }
    if (leases != null) {
      if (finished && fenced == null) {
        enterEnd();
      }
      leases.forEach(WriterLease::close);
    }
    super.close();
  }
}
