package io.sapflow.template;

/** A text in the making: what is added is charged first, and no text gets too long. */
final class BoundedText {
  private final StringBuilder text = new StringBuilder();
  private final Budget budget;

  BoundedText(Budget budget) {
    this.budget = budget;
  }

  BoundedText append(String part) {
    grow(part.length());
    text.append(part);
    return this;
  }

  BoundedText append(String from, int start, int end) {
    grow(end - start);
    text.append(from, start, end);
    return this;
  }

  BoundedText append(char c) {
    grow(1);
    text.append(c);
    return this;
  }

  private void grow(int more) {
    budget.limit((long) text.length() + more);
    budget.scan(more);
    budget.make(4L * more); // with the copy that the finished text is
  }

  int length() {
    return text.length();
  }

  int codePoints() {
    budget.scan(text.length());
    return text.codePointCount(0, text.length());
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
