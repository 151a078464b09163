-- One row per event of every aggregate; only ever added to.
CREATE TABLE audit (
    position        bigint      PRIMARY KEY,
    stream          text        NOT NULL,
    category        text        NOT NULL,
    revision        bigint      NOT NULL,
    id              text        NOT NULL,
    type            text        NOT NULL,
    actor           text        NOT NULL,
    principal       text        NOT NULL,
    on_behalf_of    text        NOT NULL,
    role            text        NOT NULL,
    unit            text        NOT NULL,
    rule            text        NOT NULL,
    channel         text        NOT NULL,
    source          text        NOT NULL,
    command         text        NOT NULL,
    idempotency_key text        NOT NULL,
    correlation     text        NOT NULL,
    causation       text        NOT NULL,
    effective_at    timestamptz NOT NULL,
    decided_at      timestamptz NOT NULL,
    why             text        NOT NULL,
    permission      text        NOT NULL,
    target          text        NOT NULL,
    suppressed      bigint      NOT NULL,
    row_count       bigint      NOT NULL
);

-- Which streams are a customer's; only ever added to.
CREATE TABLE matter (
    customer text NOT NULL,
    stream   text NOT NULL,
    PRIMARY KEY (customer, stream)
);

-- indexes
CREATE INDEX audit_stream ON audit (stream, position);
CREATE INDEX audit_actor ON audit (actor, position);
CREATE INDEX audit_principal ON audit (principal, position);
CREATE INDEX audit_type ON audit (type, position);
CREATE INDEX audit_command ON audit (command, position);
CREATE INDEX audit_unit ON audit (unit, position) WHERE unit <> '';
CREATE INDEX audit_target ON audit (target, position) WHERE target <> '';
-- Nearly all entries are of tickets; those of anything else are found by themselves.
CREATE INDEX audit_category ON audit (category, position) WHERE category <> 'ticket';
-- Where in the log a window of decisions begins and ends.
CREATE INDEX audit_decided ON audit (decided_at, position);
-- What was recorded long after it had happened. All else that happened in a window was decided soon after.
CREATE INDEX audit_backdated ON audit (effective_at, position) WHERE decided_at - effective_at > interval '1 day';
