/**
 * What happens outside of Kafka once a record is committed: the adapter's {@code promoted} pointer
 * is moved, vLLM servers follow it, and webhooks are told of alerts.
 *
 * <p>In: committed records of the adapters, probes and alerts topics; no promotion is taken at its
 * word, without the green report that bears it out. Out: files in the store, HTTP from threads of
 * their own; records that are none go to quarantine. State: the files {@code promoted} and {@code
 * served}; which versions have green reports; alerts that fire, are kept firing or are not
 * acknowledged. Metrics: adapterPushes, adapterPushFailures, webhookPosts, webhookFailures.
 */
package io.sapflow.publish;
