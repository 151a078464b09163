// Persistent subscriptions.
import {
  eventTypeFilter, persistentSubscriptionToAllSettingsFromDefaults as allSettings,
  persistentSubscriptionToStreamSettingsFromDefaults as streamSettings,
} from "@eventstore/db-client";
import { Feed, assert, check, client, events, fresh, link, numbers, poll, refused, revisions, secure, upTo } from "./kit.mjs";

const fromStart = streamSettings({ startFrom: "start" });
const consume = (s, g, options) => new Feed(client.subscribeToPersistentSubscriptionToStream(s, g, options));
const info = (s, g) => client.getPersistentSubscriptionToStreamInfo(s, g);

async function group(settings = fromStart, n = 0) {
  const [s, g] = [fresh(), fresh("g/ö")];
  if (n > 0) await client.appendToStream(s, events(n));
  await client.createPersistentSubscriptionToStream(s, g, settings);
  return [s, g];
}

check("group: what is not there is told, by every operation", async () => {
  const [s, g] = [fresh(), fresh("g")];
  const missing = (operation) => refused("persistent-subscription-does-not-exist", operation);
  const e = await missing(() => client.deletePersistentSubscriptionToStream(s, g));
  assert.deepEqual([e.streamName, decodeURIComponent(e.groupName)], [s, g]);
  await missing(() => client.updatePersistentSubscriptionToStream(s, g, fromStart));
  await missing(() => client.replayParkedMessagesToStream(s, g));
  await missing(() => info(s, g));
  await missing(() => client.listPersistentSubscriptionsToStream(s));
  await missing(() => client.deletePersistentSubscriptionToAll(g));
  await missing(() => client.getPersistentSubscriptionToAllInfo(g));
  assert.equal((await consume(s, g).fails()).type, "persistent-subscription-does-not-exist");
});

check("group: making it twice, and making it wrongly", async () => {
  const [s, g] = await group();
  const e = await refused("persistent-subscription-exists", () => client.createPersistentSubscriptionToStream(s, g, fromStart));
  assert.deepEqual([e.streamName, decodeURIComponent(e.groupName)], [s, g]);
  const bad = streamSettings({ readBatchSize: 500, historyBufferSize: 500 });
  const failed = await refused("persistent-subscription-failed", () => client.createPersistentSubscriptionToStream(s, fresh("g"), bad));
  assert.ok(failed.reason);
  const far = { commit: 1n << 60n, prepare: 1n << 60n };
  await refused("persistent-subscription-failed", () => client.createPersistentSubscriptionToAll(fresh("g"), allSettings({ startFrom: far })));
  await client.deletePersistentSubscriptionToStream(s, g);
  await client.createPersistentSubscriptionToStream(s, g, fromStart);
});

check("group: consumed, acknowledged, and its place is kept", async () => {
  const [s, g] = await group(streamSettings({ startFrom: "start", checkPointLowerBound: 1, checkPointUpperBound: 3 }), 6);
  const f = consume(s, g);
  await f.has(6);
  assert.equal(f.confirmed, true);
  assert.deepEqual(numbers(f.events), upTo(6));
  assert.ok(f.events.every((e) => e.retryCount === 0));
  await f.subscription.ack(...f.events);
  await poll(() => info(s, g), (i) => i.stats.lastCheckpointedEventRevision === 5n);
  await f.stop();
  await client.appendToStream(s, events(2, "Happened", 6));
  const again = consume(s, g);
  await again.has(2);
  assert.deepEqual(numbers(again.events), [6, 7]);
});

check("group: where it starts", async () => {
  const s = fresh();
  await client.appendToStream(s, events(5));
  for (const [startFrom, want] of [["start", upTo(6)], [3n, [3, 4, 5]], ["end", [5]], [5n, [5]]]) {
    await client.createPersistentSubscriptionToStream(s, `from-${startFrom}`, streamSettings({ startFrom }));
    assert.equal((await info(s, `from-${startFrom}`)).settings.startFrom, startFrom);
  }
  await client.appendToStream(s, events(1, "Happened", 5));
  for (const [startFrom, want] of [["start", upTo(6)], [3n, [3, 4, 5]], ["end", [5]], [5n, [5]]]) {
    const f = consume(s, `from-${startFrom}`);
    await f.has(want.length);
    assert.deepEqual(revisions(f.events), want, String(startFrom));
  }
});

check("group: no more in flight than asked for", async () => {
  const [s, g] = await group(fromStart, 10);
  const f = consume(s, g, { bufferSize: 3 });
  await f.has(3);
  const { connections: [c] } = await info(s, g);
  assert.deepEqual([c.inFlightMessages, c.availableSlots], [3, 0]);
  await f.subscription.ack(f.events[0]);
  await f.has(4);
  assert.deepEqual(numbers(f.events), upTo(4));
});

check("group: retried, skipped, parked, replayed", async () => {
  const [s, g] = await group(fromStart, 4);
  const f = consume(s, g);
  await f.has(4);
  await f.subscription.nack("retry", "once more", f.events[0]);
  await f.has(5);
  assert.deepEqual([f.events[4].event.data.n, f.events[4].retryCount], [0, 1]);
  await f.subscription.nack("skip", "never mind", f.events[1]);
  await f.subscription.nack("park", "cannot", f.events[2], f.events[3]);
  await f.subscription.ack(f.events[4]);
  await poll(() => info(s, g), (i) => i.stats.parkedMessageCount === 2n);
  await client.replayParkedMessagesToStream(s, g, { stopAt: 1 });
  await f.has(6);
  await client.replayParkedMessagesToStream(s, g);
  await f.has(7);
  assert.deepEqual(f.events.slice(5).map((e) => [e.event.data.n, e.retryCount]), [[2, 0], [3, 0]]);
  await f.subscription.nack("park", "still cannot", f.events[5]);
  await f.subscription.ack(f.events[6]);
  await poll(() => info(s, g), (i) => i.stats.parkedMessageCount === 1n);
  await client.replayParkedMessagesToStream(s, g);
  await f.has(8);
  assert.equal(f.events[7].event.data.n, 2);
});

check("group: too many retries park", async () => {
  const [s, g] = await group(streamSettings({ startFrom: "start", maxRetryCount: 2 }), 1);
  const f = consume(s, g);
  for (const n of [1, 2, 3]) {
    await f.has(n);
    await f.subscription.nack("retry", "again", f.events[n - 1]);
  }
  assert.deepEqual(f.events.map((e) => e.retryCount), [0, 1, 2]);
  await poll(() => info(s, g), (i) => i.stats.parkedMessageCount === 1n);
});

check("group: what a consumer held goes to the next", async () => {
  const [s, g] = await group(fromStart, 3);
  const f = consume(s, g);
  await f.has(3);
  await f.stop();
  const next = consume(s, g);
  await next.has(3);
  assert.deepEqual(numbers(next.events).sort(), upTo(3));
});

check("group: links are resolved and acknowledged by their own ids", async () => {
  const [s, l, g] = [fresh(), fresh("links"), fresh("g")];
  await client.appendToStream(s, events(2));
  await client.appendToStream(l, [link(1, s), link(7, s), link(0, s)]);
  await client.createPersistentSubscriptionToStream(l, g, streamSettings({
    startFrom: "start", resolveLinkTos: true, checkPointLowerBound: 1, checkPointUpperBound: 1 }));
  const f = consume(l, g);
  await f.has(3);
  assert.deepEqual(f.events.map((e) => e.event?.data.n), [1, undefined, 0]);
  await f.subscription.ack(...f.events);
  await poll(() => info(l, g), (i) => i.stats.lastCheckpointedEventRevision === 2n);
});

check("group: info and lists tell what was asked for", async () => {
  for (const consumerStrategyName of ["RoundRobin", "DispatchToSingle", "Pinned"]) {
    const settings = streamSettings({
      startFrom: 2n, resolveLinkTos: true, extraStatistics: true, messageTimeout: 1234, maxRetryCount: 7, checkPointAfter: 4321,
      checkPointLowerBound: 3, checkPointUpperBound: 33, maxSubscriberCount: 5, liveBufferSize: 44, readBatchSize: 8,
      historyBufferSize: 99, consumerStrategyName });
    const [s, g] = await group(settings, 1);
    const f = consume(s, g, { bufferSize: 6 });
    await f.until((x) => x.confirmed);
    const i = await poll(() => info(s, g), (x) => x.status === "Live");
    assert.deepEqual([i.eventSource, i.groupName], [s, g]);
    assert.deepEqual(i.settings, settings);
    assert.equal(i.stats.lastCheckpointedEventRevision, undefined);
    assert.equal(i.connections.length, 1);
    assert.equal(i.connections[0].connectionName, client.connectionName);
    assert.equal(i.connections[0].username, secure ? "admin" : "anonymous");
    assert.equal(i.connections[0].availableSlots, 6);
    assert.deepEqual((await client.listPersistentSubscriptionsToStream(s)).map((x) => x.groupName), [g]);
    assert.ok((await client.listAllPersistentSubscriptions()).some((x) => x.eventSource === s && x.groupName === g));
  }
});

check("group: the number of consumers is limited", async () => {
  const [s, g] = await group(streamSettings({ maxSubscriberCount: 1 }));
  await consume(s, g).until((x) => x.confirmed);
  const e = await consume(s, g).fails();
  assert.equal(e.type, "maximum-subscribers-reached");
  assert.deepEqual([e.streamName, decodeURIComponent(e.groupName)], [s, g]);
});

check("group: changing, restarting and deleting it drop its consumers", async () => {
  const [s, g] = await group();
  const acts = [
    () => client.updatePersistentSubscriptionToStream(s, g, streamSettings({ startFrom: "start", maxRetryCount: 3 })),
    () => client.restartPersistentSubscriptionSubsystem(),
    () => client.deletePersistentSubscriptionToStream(s, g),
  ];
  for (const act of acts) {
    const f = consume(s, g);
    await f.until((x) => x.confirmed);
    await act();
    const e = await f.fails();
    assert.equal(e.type, "persistent-subscription-dropped");
    assert.deepEqual([e.streamName, decodeURIComponent(e.groupName)], [s, g]);
  }
});

check("group: on the whole log, filtered", async () => {
  const [g, type, s] = [fresh("g"), fresh("T"), fresh()];
  const { position } = await client.appendToStream(s, events(2, type));
  const settings = allSettings({ startFrom: position, checkPointLowerBound: 1, checkPointUpperBound: 1 });
  await client.createPersistentSubscriptionToAll(g, settings, { filter: eventTypeFilter({ prefixes: [type] }) });
  await client.appendToStream(s, events(20, "Other"));
  await client.appendToStream(s, events(2, type, 2));
  const f = new Feed(client.subscribeToPersistentSubscriptionToAll(g));
  await f.has(3);
  assert.deepEqual(numbers(f.events), [1, 2, 3]);
  assert.ok(f.events.every((e) => e.commitPosition === e.event.position.commit));
  await f.subscription.nack("park", "later", f.events[0]);
  await f.subscription.ack(f.events[1], f.events[2]);
  const get = () => client.getPersistentSubscriptionToAllInfo(g);
  await poll(get, (i) => i.stats.lastCheckpointedEventPosition?.commit >= f.events[2].event.position.commit);
  assert.deepEqual((await get()).settings.startFrom, position);
  await client.replayParkedMessagesToAll(g);
  await f.has(4);
  assert.equal(f.events[3].event.data.n, 1);
  assert.ok((await client.listPersistentSubscriptionsToAll()).some((i) => i.groupName === g));
  await client.updatePersistentSubscriptionToAll(g, settings);
  await client.deletePersistentSubscriptionToAll(g);
  await refused("persistent-subscription-does-not-exist", get);
});
