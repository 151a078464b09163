// What the checks share: a list of named checks, a client per mode, and ways to
// wait for what a subscription brings. Nothing here sleeps: every wait is for an
// event and has a limit.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { EventStoreDBClient, binaryEvent, jsonEvent } from "@eventstore/db-client";

const LIMIT = 20_000; // milliseconds a check may take
const checks = [];

export const secure = process.env.ENGINE_CA !== undefined;
const address = process.env.ENGINE_ADDRESS;
const tls = secure ? `tls=true&tlsCAFile=${encodeURIComponent(process.env.ENGINE_CA)}` : "tls=false";

export const connect = (account = "", more = "", hosts = address) =>
  EventStoreDBClient.connectionString(`esdb://${account && account + "@"}${hosts}?${tls}${more}`);
export const admin = secure ? { username: "admin", password: "changeit" } : undefined;
export const ops = { username: "ops", password: "changeit" };
export const client = connect(secure ? "admin:changeit" : "");
export { address, assert, tls };

// Per-call credentials make the client use Append in place of BatchAppend.
export const viaAppend = { credentials: { username: "admin", password: "changeit" } };
export const paths = [["BatchAppend", {}], ["Append", viaAppend]];

export const check = (name, body) => checks.push({ name, body });
export const fresh = (prefix = "s") => `${prefix}-${randomUUID()}`;
export const events = (n, type = "Happened", from = 0) =>
  Array.from({ length: n }, (_, i) => jsonEvent({ type, data: { n: from + i }, metadata: { by: "node" } }));
export const link = (revision, stream) => binaryEvent({ type: "$>", data: Buffer.from(`${revision}@${stream}`) });

export async function all(reading) {
  const out = [];
  for await (const e of reading) out.push(e);
  return out;
}

export const numbers = (resolved) => resolved.map((e) => e.event.data.n);
export const revisions = (resolved) => resolved.map((e) => Number((e.link ?? e.event).revision));
export const upTo = (n, from = 0) => Array.from({ length: n - from }, (_, i) => from + i);

// refused runs an operation that must fail with a typed error, and gives it.
export async function refused(type, operation) {
  try {
    await operation();
  } catch (error) {
    assert.equal(error.type, type, `${error.constructor.name}: ${error.message}`);
    return error;
  }
  return assert.fail(`should have been refused as ${type}`);
}

// Feed keeps what a subscription emits, and waits for more.
export class Feed {
  constructor(subscription) {
    this.subscription = subscription;
    this.events = [];
    this.caughtUp = 0;
    this.waiting = new Set();
    const changed = this.changed.bind(this);
    subscription.on("data", (e) => { this.events.push(e); changed(); });
    subscription.on("caughtUp", () => { this.caughtUp++; changed(); });
    subscription.on("confirmation", () => { this.confirmed = true; changed(); });
    subscription.on("error", (error) => { this.error = error; changed(); });
    subscription.on("close", () => { this.closed = true; changed(); });
    opened.push(this);
  }

  changed() { this.waiting.forEach((look) => look()); }

  // until waits for a condition; an error of the subscription ends the wait,
  // unless the error is what is waited for.
  until(condition) {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (condition(this)) resolve(this);
        else if (this.error) reject(this.error);
        else return;
        this.waiting.delete(look);
      };
      this.waiting.add(look);
      look();
    });
  }

  has(n) { return this.until((f) => f.events.length >= n); }
  fails() { return this.until((f) => f.error).then((f) => f.error); }
  stop() { return (this.subscription.unsubscribe ?? this.subscription.cancel).call(this.subscription); }
}

let opened = [];

// poll asks again until the answer is right: for what the engine does a moment
// after it has answered, such as writing a checkpoint.
export async function poll(ask, right) {
  for (;;) {
    const answer = await ask();
    if (right(answer)) return answer;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

// run makes all checks one after the other and prints an outcome a line.
export async function run() {
  console.log(`plan ${checks.length}`);
  for (const { name, body } of checks) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`nothing came within ${LIMIT} ms`)), LIMIT);
    });
    try {
      await Promise.race([body(), late]);
      console.log(`pass ${name}`);
    } catch (error) {
      console.log(`fail ${name}: ${String(error?.message ?? error).replace(/\s*\n\s*/g, " | ")}`);
    }
    clearTimeout(timer);
    await Promise.all(opened.map((f) => f.stop().catch(() => {})));
    opened = [];
  }
  process.exit(0);
}
