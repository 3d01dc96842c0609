package io.sapflow.job.check;

/** A check that asks the brokers, and is not made where these let nobody in. */
record WithBrokers(Subject subject, Check check) implements Check {

  @Override
  public String name() {
    return check.name();
  }

  @Override
  public Finding look() {
    return subject.hasBrokers()
        ? check.look()
        : Finding.unseen("the brokers cannot be asked", "brokers that let this client in");
  }
}
