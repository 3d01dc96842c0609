/**
 * What speaks to servers over HTTP: judges, webhooks, vLLM, schema registries.
 *
 * <p>In: an address and JSON. Out: the answer, whatever its status, or a failure in words. State:
 * none, but for how long a server that fails is left alone. Whom a message or log names by its
 * address it names through {@link io.sapflow.http.Address}. A foundation: it imports no stage.
 */
package io.sapflow.http;
