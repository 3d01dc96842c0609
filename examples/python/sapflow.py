"""Sends examples to a Sapflow job, and reads its alerts. See README.md."""

import argparse
import io
import json
import os
import sys
import time

import fastavro
from confluent_kafka import Consumer, Producer

import wire


def encode(schema, record):
    out = io.BytesIO(wire.header(schema))
    out.seek(0, io.SEEK_END)
    fastavro.schemaless_writer(out, fastavro.parse_schema(schema), record)
    return out.getvalue()


def decode(schema, value):
    """The record in the bytes; another release's would need that one's schema to be read with."""
    if value is None or value[: wire.HEADER_BYTES] != wire.header(schema):
        found = "nothing" if value is None else value[: wire.HEADER_BYTES].hex()
        raise ValueError(
            "found a record that begins with %s, expected %s: docs/topics.md lists the schemas"
            % (found, wire.header(schema).hex())
        )
    body = io.BytesIO(value[wire.HEADER_BYTES :])
    return fastavro.schemaless_reader(body, fastavro.parse_schema(schema))


def example(line, adapter, source):
    """A line of the file, {"id": ..., "messages": [{"role": ..., "content": ...}]}, as a record."""
    row = json.loads(line)
    return {
        "id": row["id"],
        "adapterId": adapter,
        "messages": [
            {"role": turn["role"], "content": turn["content"]} for turn in row["messages"]
        ],
        "source": source,
        "eventTime": int(time.time() * 1000),
    }


def send(options):
    schema = wire.schema("TrainingExample")
    key = os.environ.get("SAPFLOW_SOURCE_KEY")
    failed = []
    producer = Producer(
        {
            "bootstrap.servers": options.brokers,
            "enable.idempotence": True,
            # As Java's and kafkajs' producers choose, so that an adapter keeps its partition.
            "partitioner": "murmur2_random",
        }
    )
    count = 0
    with open(options.file, encoding="utf-8") as lines:
        for line in lines:
            if not line.strip():
                continue
            value = encode(schema, example(line, options.adapter, options.source))
            headers = {"sapflow-signature": wire.signature(key, value)} if key else {}
            while True:
                try:
                    producer.produce(
                        options.topic,
                        key=options.adapter,
                        value=value,
                        headers=headers,
                        on_delivery=lambda error, message: error and failed.append(error),
                    )
                    break
                except BufferError:
                    # The file is read faster than the brokers take it.
                    producer.poll(1)
            producer.poll(0)
            count += 1
    producer.flush()
    if failed:
        raise RuntimeError("%d examples could not be sent: %s" % (len(failed), failed[0]))
    print("%d examples sent" % count)


def alerts(options):
    schema = wire.schema("SafetyAlert")
    consumer = Consumer(
        {
            "bootstrap.servers": options.brokers,
            "group.id": options.group,
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest" if options.from_beginning else "latest",
        }
    )
    consumer.subscribe([options.topic])
    told = 0
    try:
        while options.count is None or told < options.count:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                raise RuntimeError(str(message.error()))
            alert = decode(schema, message.value())
            print("%s %s: %s" % (alert["status"], alert["rule"], alert["annotations"].get("summary", "")), flush=True)
            told += 1
    finally:
        consumer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    sending = commands.add_parser("send")
    sending.add_argument("file")
    sending.add_argument("--adapter", required=True)
    sending.add_argument("--source", required=True)
    sending.add_argument("--topic", default="sapflow.examples.v1")
    sending.set_defaults(run=send)
    reading = commands.add_parser("alerts")
    reading.add_argument("--topic", default="sapflow.alerts.v1")
    reading.add_argument("--group", default="sapflow-alerts")
    reading.add_argument("--from-beginning", action="store_true")
    reading.add_argument("--count", type=int)
    reading.set_defaults(run=alerts)
    for each in (sending, reading):
        each.add_argument("--brokers", required=True)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    try:
        main()
    except (ValueError, RuntimeError, OSError) as error:
        sys.exit(str(error))
