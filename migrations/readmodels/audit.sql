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
-- Texts that are long or repeat are found by their hash, which is sorted in half the time and takes half the room.
CREATE INDEX audit_stream ON audit (hashtext(stream), position);
CREATE INDEX audit_actor ON audit (hashtext(actor), position);
CREATE INDEX audit_principal ON audit (principal, position);
CREATE INDEX audit_type ON audit (hashtext(type), position);
CREATE INDEX audit_command ON audit (hashtext(command), position);
CREATE INDEX audit_unit ON audit (unit, position) WHERE unit <> '';
CREATE INDEX audit_target ON audit (target, position) WHERE target <> '';
-- Nearly all entries are of tickets; those of anything else are found by themselves.
CREATE INDEX audit_category ON audit (category, position) WHERE category <> 'ticket';
-- Where in the log a window of decisions begins and ends.
CREATE INDEX audit_decided ON audit (decided_at, position);
-- What was recorded long after it had happened. All else that happened in a window was decided soon after.
CREATE INDEX audit_backdated ON audit (effective_at, position) WHERE decided_at - effective_at > interval '1 day';
-- The planner knows the texts themselves, and no question asks for the columns that only describe an entry.
ALTER INDEX audit_stream ALTER COLUMN 1 SET STATISTICS 0;
ALTER INDEX audit_actor ALTER COLUMN 1 SET STATISTICS 0;
ALTER INDEX audit_type ALTER COLUMN 1 SET STATISTICS 0;
ALTER INDEX audit_command ALTER COLUMN 1 SET STATISTICS 0;
ALTER TABLE audit
    ALTER revision SET STATISTICS 0, ALTER id SET STATISTICS 0, ALTER on_behalf_of SET STATISTICS 0, ALTER role SET STATISTICS 0,
    ALTER rule SET STATISTICS 0, ALTER channel SET STATISTICS 0, ALTER source SET STATISTICS 0, ALTER idempotency_key SET STATISTICS 0,
    ALTER correlation SET STATISTICS 0, ALTER causation SET STATISTICS 0, ALTER why SET STATISTICS 0, ALTER permission SET STATISTICS 0,
    ALTER suppressed SET STATISTICS 0, ALTER row_count SET STATISTICS 0;
