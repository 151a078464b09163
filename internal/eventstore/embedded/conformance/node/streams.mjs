// Appending, reading, deleting, metadata.
import { binaryEvent, jsonEvent } from "@eventstore/db-client";
import { all, assert, check, client, connect, events, fresh, link, numbers, paths, refused, revisions, secure, upTo } from "./kit.mjs";

for (const [path, how] of paths) {
  const append = (stream, list, expectedRevision, more = {}) =>
    client.appendToStream(stream, list, { ...how, ...(expectedRevision !== undefined && { expectedRevision }), ...more });

  check(`${path}: an event comes back as it was given`, async () => {
    const s = fresh("ä/ ü%-stream");
    const e = jsonEvent({ type: "Happened", data: { text: "小票 ✓", big: 2 ** 40 }, metadata: { $correlationId: "c", by: 1 } });
    const before = Date.now();
    const w = await append(s, e, "no_stream");
    assert.equal(w.success, true);
    assert.equal(w.nextExpectedRevision, 0n);
    assert.ok(w.position.commit > 0n);
    const [{ event, commitPosition }] = await all(client.readStream(s));
    assert.equal(event.id, e.id);
    assert.equal(event.streamId, s);
    assert.equal(event.type, e.type);
    assert.deepEqual(event.data, e.data);
    assert.deepEqual(event.metadata, e.metadata);
    assert.equal(event.revision, 0n);
    assert.deepEqual(event.position, w.position);
    assert.equal(commitPosition, w.position.commit);
    assert.ok(event.created >= before - 5 && event.created <= Date.now() + 5, event.created.toISOString());
  });

  check(`${path}: bytes stay bytes`, async () => {
    const s = fresh();
    const data = Uint8Array.from({ length: 256 }, (_, i) => i);
    await append(s, binaryEvent({ type: "B", data, metadata: data }));
    const [{ event }] = await all(client.readStream(s));
    assert.equal(event.isJson, false);
    assert.deepEqual(Buffer.from(event.data), Buffer.from(data));
    assert.deepEqual(Buffer.from(event.metadata), Buffer.from(data));
  });

  check(`${path}: many events, in chunks, are one append`, async () => {
    const s = fresh();
    const w = await append(s, events(500), "no_stream", { batchAppendSize: 4096 });
    assert.equal(w.nextExpectedRevision, 499n);
    assert.deepEqual(numbers(await all(client.readStream(s))), upTo(500));
    const tiny = await append(s, events(3), 499n, { batchAppendSize: 1 });
    assert.equal(tiny.nextExpectedRevision, 502n);
  });

  check(`${path}: concurrent appends all arrive, each once`, async () => {
    const s = fresh();
    const done = await Promise.all(upTo(50).map((n) => append(s, events(1, "Happened", n))));
    assert.deepEqual(done.map((w) => Number(w.nextExpectedRevision)).sort((a, b) => a - b), upTo(50));
    assert.deepEqual(numbers(await all(client.readStream(s))).sort((a, b) => a - b), upTo(50));
  });

  check(`${path}: a revision that does not hold is a typed refusal`, async () => {
    const s = fresh();
    const wrong = (expected) => refused("wrong-expected-version", () => append(s, events(1), expected));
    for (const [expected, told] of [["stream_exists", "stream_exists"], [3n, 3n]]) {
      const e = await wrong(expected);
      assert.equal(e.streamName, s);
      assert.equal(e.expectedVersion, told);
      assert.equal(e.actualVersion, "no_stream");
    }
    await append(s, events(2), "no_stream");
    for (const expected of ["no_stream", 0n, 2n]) {
      const e = await wrong(expected);
      assert.equal(e.expectedVersion, expected);
      assert.equal(e.actualVersion, 1n);
    }
    assert.equal((await append(s, events(1), 1n)).nextExpectedRevision, 2n);
    assert.equal((await append(s, events(1), "stream_exists")).nextExpectedRevision, 3n);
  });

  check(`${path}: one of two rivals wins`, async () => {
    const s = fresh();
    const outcomes = await Promise.allSettled(upTo(8).map(() => append(s, events(1), "no_stream")));
    assert.equal(outcomes.filter((o) => o.status === "fulfilled").length, 1);
    assert.ok(outcomes.every((o) => o.status === "fulfilled" || o.reason.type === "wrong-expected-version"));
  });

  check(`${path}: a refusal can be an answer instead of an error`, async () => {
    const c = connect(secure ? "admin:changeit" : "", "&throwOnAppendFailure=false");
    const w = await c.appendToStream(fresh(), events(1), { ...how, expectedRevision: "stream_exists" });
    assert.equal(w.success, false);
    assert.equal(w.nextExpectedRevision, -1n);
    await c.dispose();
  });

  check(`${path}: the same events again are written once`, async () => {
    const s = fresh();
    const batch = events(3);
    for (const expected of ["any", "any", "no_stream"]) {
      const w = await append(s, batch, expected);
      assert.equal(w.nextExpectedRevision, 2n);
    }
    assert.equal((await all(client.readStream(s))).length, 3);
    await refused("wrong-expected-version", () => append(s, [batch[0], ...events(1)], "any"));
  });

  check(`${path}: what is too large is refused, and the call goes on`, async () => {
    const s = fresh();
    const big = jsonEvent({ type: "Big", data: { text: "x".repeat(2 << 20) } });
    const e = await refused("maximum-append-size-exceeded", () => append(s, big));
    assert.equal(e.maxAppendSize, 1 << 20);
    assert.equal((await append(s, events(1), "no_stream")).nextExpectedRevision, 0n);
  });

  check(`${path}: a deleted stream goes on with its numbers, a tombstoned one is gone`, async () => {
    const s = fresh("löschen");
    await append(s, events(3));
    assert.ok((await client.deleteStream(s, { expectedRevision: 2n })).position.commit > 0n);
    const e = await refused("stream-not-found", () => all(client.readStream(s)));
    assert.equal(e.streamName, s);
    await refused("stream-deleted", () => append(s, events(1), "stream_exists"));
    assert.equal((await append(s, events(1), "no_stream")).nextExpectedRevision, 3n);
    assert.deepEqual(revisions(await all(client.readStream(s))), [3]);
    assert.ok((await client.tombstoneStream(s, { expectedRevision: 3n })).position.commit > 0n);
    const gone = await refused("stream-deleted", () => append(s, events(1)));
    assert.equal(decodeURIComponent(gone.streamName), s);
    assert.equal(decodeURIComponent((await refused("stream-deleted", () => all(client.readStream(s)))).streamName), s);
    await refused("stream-deleted", () => client.deleteStream(s));
    await refused("stream-deleted", () => client.tombstoneStream(s));
    await refused("stream-deleted", () => client.setStreamMetadata(s, { maxCount: 1 }, how));
  });
}

check("BatchAppend: a deadline that has passed is told", async () => {
  await refused("deadline-exceeded", () => client.appendToStream(fresh(), events(1), { deadline: -1000 }));
});

check("delete: a revision that does not hold is a typed refusal", async () => {
  const s = fresh();
  await client.appendToStream(s, events(2));
  for (const operation of ["deleteStream", "tombstoneStream"]) {
    const e = await refused("wrong-expected-version", () => client[operation](s, { expectedRevision: 7n }));
    assert.equal(e.streamName, s);
    assert.equal(e.expectedVersion, 7n);
    assert.equal(e.actualVersion, 1n);
  }
  const e = await refused("wrong-expected-version", () => client.deleteStream(fresh()));
  assert.equal(e.actualVersion, "no_stream");
});

check("read: a stream both ways, from anywhere", async () => {
  const s = fresh();
  await client.appendToStream(s, events(100));
  const read = async (options) => revisions(await all(client.readStream(s, options)));
  const back = { direction: "backwards" };
  assert.deepEqual(await read({}), upTo(100));
  assert.deepEqual(await read({ maxCount: 3 }), [0, 1, 2]);
  assert.deepEqual(await read({ fromRevision: 97n }), [97, 98, 99]);
  assert.deepEqual(await read({ fromRevision: 100n }), []);
  assert.deepEqual(await read({ ...back, fromRevision: "end", maxCount: 2 }), [99, 98]);
  assert.deepEqual(await read({ ...back, fromRevision: 2n }), [2, 1, 0]);
  assert.deepEqual(await read({ ...back, fromRevision: "start" }), [0]);
  assert.deepEqual(await read({ ...back, fromRevision: 5000n, maxCount: 1 }), [99]);
  const e = await refused("stream-not-found", () => all(client.readStream("no" + s)));
  assert.equal(e.streamName, "no" + s);
});

check("read: the whole log both ways, from anywhere", async () => {
  const s = fresh();
  const { position: first } = await client.appendToStream(s, events(1));
  await client.appendToStream(s, events(70, "Happened", 1));
  const ours = (list) => numbers(list.filter((e) => e.event?.streamId === s));
  assert.deepEqual(ours(await all(client.readAll({ fromPosition: first }))), upTo(71), "forwards is inclusive");
  const last = await all(client.readAll({ direction: "backwards", fromPosition: "end", maxCount: 70 }));
  assert.deepEqual(ours(last), upTo(71, 1).reverse());
  const at = last.at(-1).event.position;
  const [before] = await all(client.readAll({ direction: "backwards", fromPosition: at, maxCount: 1 }));
  assert.deepEqual(before.event.position, first, "backwards is exclusive");
  assert.deepEqual(await all(client.readAll({ direction: "backwards", fromPosition: "start" })), []);
  const whole = await all(client.readAll());
  assert.ok(whole.length > 75);
  for (let i = 1; i < whole.length; i++) assert.ok(whole[i - 1].commitPosition < whole[i].commitPosition);
  assert.deepEqual(await all(client.readAll({ fromPosition: "end" })), []);
});

check("read: links show what they point at, or that it is gone", async () => {
  const [s, l] = [fresh(), fresh("links")];
  await client.appendToStream(s, events(2));
  await client.appendToStream(l, [link(1, s), link(0, s), link(9, s), link(0, fresh("nowhere"))]);
  const resolved = await all(client.readStream(l, { resolveLinkTos: true }));
  assert.deepEqual(resolved.map((e) => e.event?.data.n), [1, 0, undefined, undefined]);
  assert.deepEqual(resolved.map((e) => e.link.revision), [0n, 1n, 2n, 3n]);
  assert.ok(resolved.every((e) => e.link.streamId === l && e.link.type === "$>"));
  const plain = await all(client.readStream(l));
  assert.ok(plain.every((e) => e.link === undefined && e.event.type === "$>"));
});

check("metadata: what is set comes back, and hides events", async () => {
  const s = fresh();
  assert.deepEqual(await client.getStreamMetadata(s), { streamName: s });
  await client.appendToStream(s, events(10));
  const acl = { readRoles: ["$all"], writeRoles: ["a", "b"], deleteRoles: [], metaReadRoles: ["$all"], metaWriteRoles: ["$admins"] };
  const metadata = { maxCount: 3, maxAge: 3600, cacheControl: 5, acl, custom: { deep: [1, "x"] } };
  const w = await client.setStreamMetadata(s, metadata, { expectedRevision: "no_stream" });
  assert.equal(w.nextExpectedRevision, 0n);
  assert.deepEqual((await client.getStreamMetadata(s)).metadata, metadata);
  assert.deepEqual(revisions(await all(client.readStream(s))), [7, 8, 9]);
  assert.deepEqual(revisions(await all(client.readStream(s, { direction: "backwards", fromRevision: "end" }))), [9, 8, 7]);
  await refused("wrong-expected-version", () => client.setStreamMetadata(s, {}, { expectedRevision: 4n }));
  await client.setStreamMetadata(s, { truncateBefore: 8 });
  assert.deepEqual(revisions(await all(client.readStream(s))), [8, 9]);
  assert.deepEqual((await client.getStreamMetadata(s)).metadata, { truncateBefore: 8 });
  await client.setStreamMetadata(s, { truncateBefore: 10 });
  assert.deepEqual(await all(client.readStream(s)), [], "empty, but not missing");
});
