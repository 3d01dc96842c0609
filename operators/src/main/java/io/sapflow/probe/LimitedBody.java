package io.sapflow.probe;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** A body that is given up once it is too long. */
final class LimitedBody implements BodySubscriber<byte[]> {

  /** The body was too long. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1;
  }

  private final BodySubscriber<byte[]> body;
  private final long longest;
  private Subscription subscription;
  private long length;

  /**
   * A body.
   *
   * @param body which collects it
   * @param longest in bytes
   */
  LimitedBody(BodySubscriber<byte[]> body, long longest) {
    this.body = body;
    this.longest = longest;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body.getBody();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    this.subscription = subscription;
    body.onSubscribe(subscription);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    length += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
    if (length > longest) {
      subscription.cancel();
      body.onError(new TooLongException());
    } else {
      body.onNext(buffers);
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.onError(failure);
  }

  @Override
  public void onComplete() {
    body.onComplete();
  }
}
