package io.sapflow.job.options;

/**
 * A variable of the environment, or a property of a JVM.
 *
 * @param where whose environment or JVM
 * @param description what it does, in sentences
 */
public record Variable(String name, String where, String description) {}
