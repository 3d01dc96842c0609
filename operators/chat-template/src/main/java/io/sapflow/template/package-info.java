/**
 * The part of the Jinja language that chat templates use, rendered as Python's jinja2 does.
 *
 * <p>In: a template and plain values. Out: the text and the spans of its generation blocks. State:
 * none. Nothing of the JVM is reachable from a template; work and output are bounded.
 */
package io.sapflow.template;
