// Catch-up subscriptions.
import { eventTypeFilter, excludeSystemEvents, streamNameFilter } from "@eventstore/db-client";
import { Feed, all, assert, check, client, events, fresh, link, numbers, revisions, upTo } from "./kit.mjs";

const follow = (stream, options) => new Feed(client.subscribeToStream(stream, options));
const followAll = (options) => new Feed(client.subscribeToAll(options));
const live = (feed) => feed.until((f) => f.caughtUp > 0);

check("subscription: a stream from its start, caught up, then live", async () => {
  const s = fresh();
  await client.appendToStream(s, events(100));
  const f = follow(s);
  await live(f);
  assert.equal(f.confirmed, true);
  assert.ok(f.subscription.id);
  await client.appendToStream(s, events(5, "Happened", 100));
  await f.has(105);
  assert.deepEqual(numbers(f.events), upTo(105));
  assert.equal(f.caughtUp, 1);
});

check("subscription: a revision is exclusive, the end brings what is new", async () => {
  const s = fresh();
  await client.appendToStream(s, events(10));
  const [after, end] = [follow(s, { fromRevision: 6n }), follow(s, { fromRevision: "end" })];
  await Promise.all([live(after), live(end)]);
  await client.appendToStream(s, events(1, "Happened", 10));
  await Promise.all([after.has(4), end.has(1)]);
  assert.deepEqual(revisions(after.events), [7, 8, 9, 10]);
  assert.deepEqual(revisions(end.events), [10]);
});

check("subscription: a stream that does not exist yet", async () => {
  const s = fresh();
  const f = follow(s);
  await live(f);
  await client.appendToStream(s, events(2));
  await f.has(2);
  assert.deepEqual(revisions(f.events), [0, 1]);
});

check("subscription: links are resolved", async () => {
  const [s, l] = [fresh(), fresh("links")];
  await client.appendToStream(s, events(1));
  await client.appendToStream(l, [link(0, s), link(5, s)]);
  const f = follow(l, { resolveLinkTos: true });
  await f.has(2);
  assert.deepEqual(f.events.map((e) => [e.event?.streamId, e.link.revision]), [[s, 0n], [undefined, 1n]]);
});

check("subscription: a tombstone ends it", async () => {
  const s = fresh();
  await client.appendToStream(s, events(1));
  const f = follow(s);
  await live(f);
  await client.tombstoneStream(s);
  assert.equal((await f.fails()).type, "stream-deleted");
  assert.deepEqual(f.events.map((e) => e.event.type), ["Happened", "$streamDeleted"]);
  assert.equal((await follow(s).fails()).type, "stream-deleted");
});

check("subscription: unsubscribing ends it without an error", async () => {
  const f = follow(fresh());
  await live(f);
  await f.stop();
  await f.until((x) => x.closed);
  assert.equal(f.error, undefined);
});

check("subscription: the whole log from its start, a position, its end", async () => {
  const s = fresh();
  const first = await client.appendToStream(s, events(1));
  await client.appendToStream(s, events(3, "Happened", 1));
  const [start, after, end] = [followAll(), followAll({ fromPosition: first.position }), followAll({ fromPosition: "end" })];
  await Promise.all([start, after, end].map(live));
  assert.equal(end.events.length, 0);
  await client.appendToStream(s, events(1, "Happened", 4));
  const ours = (f) => f.events.filter((e) => e.event?.streamId === s);
  await Promise.all([start, after, end].map((f) => f.until(() => ours(f).at(-1)?.event.revision === 4n)));
  assert.deepEqual(revisions(ours(start)), upTo(5));
  assert.deepEqual(revisions(ours(after)), upTo(5, 1));
  assert.deepEqual(revisions(ours(end)), [4]);
  const positions = start.events.map((e) => e.commitPosition);
  assert.deepEqual(positions, [...positions].sort((a, b) => (a < b ? -1 : 1)));
});

check("filter: by stream and by type, by prefix and by expression", async () => {
  const [a, b, type] = [fresh("fa"), fresh("fb"), fresh("T")];
  const last = await client.appendToStream(a, events(1));
  await client.appendToStream(a, events(2, type + "-one"));
  await client.appendToStream(b, events(2, type + "-two", 2));
  const filters = {
    prefix: [streamNameFilter({ prefixes: ["nothing", a, b] }), upTo(4)],
    "one stream": [streamNameFilter({ regex: `^${b}$` }), [2, 3]],
    type: [eventTypeFilter({ prefixes: [type] }), upTo(4)],
    "look-ahead": [eventTypeFilter({ regex: `^${type}-(?!two)` }), [0, 1]],
    "not the system's": [excludeSystemEvents(), upTo(4)],
  };
  for (const [name, [filter, want]] of Object.entries(filters)) {
    const f = followAll({ filter, fromPosition: last.position });
    await live(f);
    assert.deepEqual(numbers(f.events), want, name);
  }
  const bad = followAll({ filter: eventTypeFilter({ regex: "(" }) });
  assert.ok((await bad.fails()).message.includes("INVALID_ARGUMENT"));
});

check("filter: going on from any checkpoint loses and doubles nothing", async () => {
  const [s, other] = [fresh("wanted"), fresh("other")];
  const begin = await client.appendToStream(other, events(1));
  for (const n of upTo(12)) {
    await client.appendToStream(other, events(7));
    await client.appendToStream(s, events(1, "Happened", n));
  }
  await client.appendToStream(other, events(3));
  const trace = [];
  const filter = streamNameFilter({
    prefixes: [s], maxSearchWindow: 5, checkpointInterval: 2,
    checkpointReached: async (_, position) => { trace.push({ position, seen: f.events.length }); f.changed(); },
  });
  const f = followAll({ filter, fromPosition: begin.position });
  await live(f);
  assert.deepEqual(numbers(f.events), upTo(12));
  assert.ok(trace.length >= 9, `${trace.length} checkpoints`);
  assert.equal(trace.at(-1).seen, 12, "the last one stands behind everything");
  for (let i = 1; i < trace.length; i++) assert.ok(trace[i - 1].position.commit < trace[i].position.commit);
  for (const { position } of trace) {
    const rest = followAll({ filter: streamNameFilter({ prefixes: [s] }), fromPosition: position });
    await live(rest);
    const before = f.events.filter((e) => e.event.position.commit <= position.commit).length;
    assert.deepEqual(numbers(rest.events), upTo(12, before));
    await rest.stop();
  }
  const seen = trace.length;
  await client.appendToStream(other, events(20));
  await f.until(() => trace.length >= seen + 2);
});

check("a position between events is refused", async () => {
  const { position } = await client.appendToStream(fresh(), events(1));
  const between = { commit: position.commit + 1n, prepare: position.prepare + 1n };
  const f = followAll({ fromPosition: between });
  assert.ok((await f.fails()).message.includes("invalid position"));
  await assert.rejects(all(client.readAll({ fromPosition: between })), /invalid position/);
});
