// Checks of the embedded event store by the official Node.js client. The
// variable ENGINE_ADDRESS is the host and port of a fresh engine, ENGINE_CA (for
// one that speaks TLS, with the accounts admin and ops of password changeit) the
// file of its certificate authority.
import "./streams.mjs";
import "./subscriptions.mjs";
import "./groups.mjs";
import "./access.mjs";
import { run } from "./kit.mjs";

await run();
