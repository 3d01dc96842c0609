package io.sapflow.job.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.kafka.StackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JobChecksTest {

  private static final Duration LONG = Duration.ofDays(1);

  private record Made(String name, boolean readsAll, Supplier<Finding> finding) implements Check {
    @Override
    public Finding look() {
      return finding.get();
    }
  }

  private static Check check(String name, Supplier<Finding> finding) {
    return new Made(name, false, finding);
  }

  /** Goes on whatever interrupts it, as some reading does. */
  private static Finding after(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return Finding.ok("it", "it");
      } catch (InterruptedException e) {
        // It reads on.
      }
    }
  }

  @Test
  void fault_endsTheLook_whileOthersStillLook_andWhatTheyUseIsClosedAfterThem() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    List<Check> checks =
        List.of(
            check("quick", () -> Finding.ok("it", "it")),
            check("wrong", () -> Finding.fault("nothing", "it")),
            check("slow", () -> after(slow)));
    List<String> told = new ArrayList<>();
    assertThatThrownBy(
            () ->
                JobChecks.look(
                    checks,
                    LONG,
                    made -> {
                      told.add(made.name());
                      if (!made.finding().ok()) {
                        throw new StackException(made.finding().words());
                      }
                    },
                    closed::countDown))
        .hasMessage("found nothing, expected it");
    assertThat(told).containsExactly("quick", "wrong");
    assertThat(closed.getCount()).isEqualTo(1);
    slow.countDown();
    closed.await();
  }

  @Test
  void checkThatReadsEverything_isWaitedForBeyondTheLimit_andNoOther() {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch later = new CountDownLatch(1);
    List<Check> checks =
        List.of(check("silent", () -> after(never)), new Made("model", true, () -> after(later)));
    List<String> told = new ArrayList<>();
    JobChecks.look(
        checks,
        Duration.ZERO,
        made -> {
          told.add(made.name() + ": " + made.finding().found());
          later.countDown();
        },
        () -> {});
    assertThat(told).containsExactly("silent: not looked at: no answer within 0 s", "model: it");
    never.countDown();
  }
}
