'use strict';

// Sends examples to a Sapflow job, and reads its alerts. See README.md.

const fs = require('fs');
const { parseArgs } = require('util');
const { Kafka, Partitioners, logLevel } = require('kafkajs');
const wire = require('./wire');

const USAGE = `node sapflow.js send FILE --brokers HOST:PORT --adapter ID --source NAME [--topic T]
node sapflow.js alerts --brokers HOST:PORT [--topic T] [--group G] [--from-beginning] [--count N]`;

function kafka(brokers) {
  return new Kafka({
    clientId: 'sapflow-example', brokers: brokers.split(','), logLevel: logLevel.ERROR,
  });
}

/** A line of the file, {"id": ..., "messages": [{"role": ..., "content": ...}]}, as a record. */
function example(line, adapterId, source) {
  const { id, messages } = JSON.parse(line);
  return {
    id,
    adapterId,
    messages: messages.map(({ role, content }) => ({
      role, content, hasContent: true, toolCalls: [], toolCallId: '', name: '', reasoning: '',
      weight: null,
    })),
    source,
    eventTime: Date.now(),
    attributes: {},
    tools: '',
  };
}

async function send(file, options) {
  const type = wire.recordType('TrainingExample');
  const key = process.env.SAPFLOW_SOURCE_KEY;
  const messages = fs.readFileSync(file, 'utf8').split('\n').filter((line) => line.trim())
    .map((line) => {
      const value = wire.encode(type, example(line, options.adapter, options.source));
      const headers = key ? { 'sapflow-signature': wire.signature(key, value) } : {};
      return { key: options.adapter, value, headers };
    });
  const producer = kafka(options.brokers).producer(
    { idempotent: true, createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic: options.topic || 'sapflow.examples.v1', acks: -1, messages });
  await producer.disconnect();
  console.log(`${messages.length} examples sent`);
}

async function alerts(options) {
  const type = wire.recordType('SafetyAlert');
  const most = options.count ? Number(options.count) : Infinity;
  // Reads committed records only, as is kafkajs' default.
  const consumer = kafka(options.brokers).consumer(
    { groupId: options.group || 'sapflow-alerts', readUncommitted: false });
  await consumer.connect();
  await consumer.subscribe({
    topics: [options.topic || 'sapflow.alerts.v1'], fromBeginning: options['from-beginning'],
  });
  const whole = new Promise((resolve, reject) => {
    let told = 0;
    // After most failures kafkajs begins again by itself.
    consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || reject(payload.error));
    consumer.run({
      eachMessage: async ({ message }) => {
        if (told < most) {
          told++;
          const alert = wire.decode(type, message.value);
          console.log(`${alert.status} ${alert.rule}: ${alert.annotations.summary}`);
        }
        if (told >= most) {
          resolve();
        }
      },
    }).catch(reject);
  });
  try {
    await whole;
  } finally {
    await consumer.disconnect();
  }
}

async function main() {
  const { values, positionals: [command, file] } = parseArgs({
    allowPositionals: true,
    options: {
      brokers: { type: 'string' }, adapter: { type: 'string' }, source: { type: 'string' },
      topic: { type: 'string' }, group: { type: 'string' }, count: { type: 'string' },
      'from-beginning': { type: 'boolean', default: false },
    },
  });
  if (command === 'send' && file && values.brokers && values.adapter && values.source) {
    await send(file, values);
  } else if (command === 'alerts' && values.brokers) {
    await alerts(values);
  } else {
    console.error(USAGE);
    process.exitCode = 2;
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
