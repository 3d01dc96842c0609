package io.sapflow.publish;

import java.util.List;

/** Several servers, each of which follows all pointers; none waits for another. */
final class Serving implements AutoCloseable {

  private final List<ServingThread> threads;

  /** The servers' threads; none for nobody who serves. */
  Serving(List<ServingThread> threads) {
    this.threads = List.copyOf(threads);
  }

  /** An adapter's pointer has moved. */
  void moved(String adapterId) {
    threads.forEach(thread -> thread.moved(adapterId));
  }

  /** All threads are told to end before one of them is waited for. */
  @Override
  public void close() {
    threads.forEach(ServingThread::end);
    threads.forEach(ServingThread::close);
  }
}
