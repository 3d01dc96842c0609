package io.sapflow.template;

/** What a name that is not there gives: prints as nothing, is false; most uses of it fail. */
record Undefined(String message) {
  static Undefined name(String name) {
    return new Undefined("'" + name + "' is undefined");
  }

  static Undefined member(Object target, Object key, Budget budget) {
    String type = target == null ? "None" : Py.type(target) + " object";
    String name = PyText.repr(key, budget);
    return key instanceof String
        ? new Undefined("'" + type + "' has no attribute " + name)
        : new Undefined(type + " has no element " + name);
  }

  static Undefined unsafe(Object target, String name) {
    return new Undefined(
        "access to attribute '" + name + "' of '" + Py.type(target) + "' object is unsafe");
  }

  TemplateException fail() {
    return new TemplateException("UndefinedError: " + message);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Undefined;
  }

  @Override
  public int hashCode() {
    return 7;
  }
}
