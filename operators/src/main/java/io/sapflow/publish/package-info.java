/**
 * What happens outside of Kafka once a promotion is committed: the adapter's {@code promoted}
 * pointer is moved.
 *
 * <p>In: committed records of the adapters topic. Out: a file in the store; records that are none
 * go to quarantine. State: the pointer itself, which names the record it was written for.
 */
package io.sapflow.publish;
