-- Facts that KPIs are computed from, as of any position P of the log. Positions are those of the events that made a fact
-- true (from_pos) and that ended or replaced it (to_pos). All instants are milliseconds since 1970 in UTC; times are
-- effective times. Facts that can still change lie in cases alone and move to their own table once they cannot.

-- One row per ticket: what the fold remembers, and with it the facts that hold now. open_pos and paused_pos are null when
-- the ticket is not open or not paused.
CREATE TABLE cases (
    ticket      text   PRIMARY KEY,
    type        text   NOT NULL,
    channel     text   NOT NULL,
    urgency     text   NOT NULL,
    unit        text   NOT NULL,
    grp         text   NOT NULL,
    first_ms    bigint NOT NULL,
    last_ms     bigint NOT NULL,
    from_pos    bigint NOT NULL,
    recorded_ms bigint NOT NULL,
    open_pos    bigint,
    open_ms     bigint NOT NULL,
    ended_ms    bigint NOT NULL,
    paused_pos  bigint,
    paused_ms   bigint NOT NULL,
    paused_kind text   NOT NULL,
    paused_unit text   NOT NULL,
    paused_grp  text   NOT NULL,
    round       bigint NOT NULL,
    revision    bigint NOT NULL
) WITH (fillfactor = 70);

-- How long a ticket's events spanned, and where it lay, before the event at to_pos changed that.
CREATE TABLE spans (
    ticket      text   NOT NULL,
    from_pos    bigint NOT NULL,
    to_pos      bigint NOT NULL,
    unit        text   NOT NULL,
    grp         text   NOT NULL,
    first_ms    bigint NOT NULL,
    last_ms     bigint NOT NULL,
    recorded_ms bigint NOT NULL,
    PRIMARY KEY (from_pos)
);

-- When a ticket was open with one unit and group: [started_ms, ended_ms), ended by the event at to_pos.
CREATE TABLE segments (
    ticket     text   NOT NULL,
    from_pos   bigint NOT NULL,
    to_pos     bigint NOT NULL,
    unit       text   NOT NULL,
    grp        text   NOT NULL,
    started_ms bigint NOT NULL,
    ended_ms   bigint NOT NULL,
    PRIMARY KEY (from_pos)
);

-- When a ticket was paused, with the unit and group it lay with when the pause began.
CREATE TABLE waits (
    ticket     text   NOT NULL,
    from_pos   bigint NOT NULL,
    to_pos     bigint NOT NULL,
    kind       text   NOT NULL,
    unit       text   NOT NULL,
    grp        text   NOT NULL,
    started_ms bigint NOT NULL,
    ended_ms   bigint NOT NULL,
    PRIMARY KEY (from_pos)
);

-- What happened at an instant and is never taken back. Unit and group are those that have the ticket afterwards; from_id
-- and to_id the person or group it came from and went to; code a fault, an outcome or a reason to cancel.
CREATE TABLE acts (
    from_pos bigint NOT NULL,
    ticket   text   NOT NULL,
    kind     text   NOT NULL,
    at_ms    bigint NOT NULL,
    unit     text   NOT NULL,
    grp      text   NOT NULL,
    round    bigint NOT NULL,
    from_id  text   NOT NULL,
    to_id    text   NOT NULL,
    code     text   NOT NULL,
    PRIMARY KEY (from_pos)
);

-- indexes
-- As of now no span has been replaced yet, so that this one finds nothing, quickly.
CREATE INDEX spans_to ON spans (to_pos);
CREATE INDEX acts_kind ON acts (kind, at_ms);
