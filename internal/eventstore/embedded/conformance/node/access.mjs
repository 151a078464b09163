// Connecting, credentials and access lists.
import { Feed, address, all, assert, check, client, connect, events, fresh, ops, refused, secure, tls } from "./kit.mjs";
import { EventStoreDBClient, persistentSubscriptionToStreamSettingsFromDefaults as settings } from "@eventstore/db-client";

const using = async (c, body) => { try { await body(c); } finally { await c.dispose(); } };
const port = address.split(":").at(-1);

check("connecting: a cluster of one is found by gossip", async () => {
  const c = connect(secure ? "admin:changeit" : "", "&nodePreference=leader", `127.0.0.1:${port},localhost:${port}`);
  await using(c, async () => {
    const w = await c.appendToStream(fresh(), events(1), { requiresLeader: true });
    assert.equal(w.nextExpectedRevision, 0n);
  });
});

check("connecting: short keep-alives are borne", () => using(
  connect(secure ? "admin:changeit" : "", "&keepAliveInterval=300&keepAliveTimeout=2000"), async (c) => {
    const s = fresh();
    const f = new Feed(c.subscribeToStream(s));
    await f.until((x) => x.caughtUp);
    await new Promise((resolve) => setTimeout(resolve, 1200)); // as long as four pings without traffic
    await c.appendToStream(s, events(1));
    await f.has(1);
  }));

check("what is not offered says so", async () => {
  await assert.rejects(client.createProjection("p", "fromAll()"), /UNIMPLEMENTED/);
});

if (!secure) {
  check("insecure: nobody's credentials are looked at", () => using(connect("admin:wrong"), async (c) => {
    assert.equal((await c.appendToStream("$" + fresh(), events(1))).success, true);
  }));
} else {
  check("credentials: wrong ones are refused everywhere", () => using(connect("admin:wrong"), async (c) => {
    const s = fresh();
    const denied = (operation) => refused("access-denied", operation);
    await denied(() => c.appendToStream(s, events(1)));
    await denied(() => c.appendToStream(s, events(1), { credentials: { username: "nobody", password: "x" } }));
    await denied(() => all(c.readStream(s)));
    await denied(() => c.deleteStream(s));
    await denied(() => c.createPersistentSubscriptionToStream(s, "g", settings()));
    assert.equal((await new Feed(c.subscribeToAll()).fails()).type, "access-denied");
    assert.equal((await new Feed(c.subscribeToPersistentSubscriptionToStream(s, "g")).fails()).type, "access-denied");
    const w = await c.appendToStream(s, events(1), { credentials: ops });
    assert.equal(w.success, true, "the call's own credentials count");
  }));

  check("credentials: nobody in particular may do nothing", () => using(connect(), async (c) => {
    await refused("access-denied", () => c.appendToStream(fresh(), events(1)));
    await refused("access-denied", () => all(c.readStream("$users")));
  }));

  check("access: users' streams for all, the system's for administrators", () => using(connect("ops:changeit"), async (c) => {
    const s = fresh();
    assert.equal((await c.appendToStream(s, events(1))).success, true);
    await refused("access-denied", () => c.appendToStream("$" + s, events(1)));
    await refused("access-denied", () => c.appendToStream("$" + s, events(1), { credentials: ops }));
    await refused("access-denied", () => all(c.readAll({ maxCount: 1 })));
    assert.equal((await new Feed(c.subscribeToAll()).fails()).type, "access-denied");
    await client.appendToStream("$" + s, events(1));
    await refused("access-denied", () => all(c.readStream("$" + s)));
    await c.createPersistentSubscriptionToStream(s, "g", settings());
  }));

  check("access: a stream's own list", () => using(connect("ops:changeit"), async (c) => {
    const s = fresh();
    await client.appendToStream(s, events(1));
    const f = new Feed(c.subscribeToStream(s));
    await f.until((x) => x.caughtUp);
    await client.setStreamMetadata(s, { acl: { readRoles: ["$admins"], deleteRoles: ["$admins"], metaWriteRoles: ["$admins"] } });
    assert.equal((await f.fails()).type, "access-denied", "a live subscription loses access too");
    await refused("access-denied", () => all(c.readStream(s)));
    await refused("access-denied", () => c.deleteStream(s));
    await refused("access-denied", () => c.tombstoneStream(s));
    await refused("access-denied", () => c.setStreamMetadata(s, {}));
    assert.equal((await c.appendToStream(s, events(1))).nextExpectedRevision, 1n);
    assert.equal((await all(c.readStream(s, { credentials: { username: "admin", password: "changeit" } }))).length, 2);
  }));

  check("TLS: an unknown authority is not trusted", () => using(
    EventStoreDBClient.connectionString(`esdb://admin:changeit@${address}?tls=true&throwOnAppendFailure=true`), async (c) => {
      assert.notEqual(tls, "tls=false");
      await assert.rejects(c.appendToStream(fresh(), events(1)), /UNAVAILABLE.*certificate/);
    }));
}
