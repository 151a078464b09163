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

-- The newest change of any case, and the latest time at which one was recorded. One row.
CREATE TABLE newest (
    id          text   PRIMARY KEY,
    from_pos    bigint NOT NULL,
    recorded_ms bigint NOT NULL
);

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
-- and to_id the person or group it came from and went to; code a fault, an outcome or a reason to cancel; n and m what the
-- kind counts or measures. Person is who had the ticket then, template and urgency what it was bound by; late: it was keyed
-- in later than it happened. Prior is the position of the ticket's act of the same kind before it, of kinds of which tickets are
-- counted and not only times; 0: none.
CREATE TABLE acts (
    from_pos bigint  NOT NULL,
    kind     text    NOT NULL,
    ticket   text    NOT NULL,
    at_ms    bigint  NOT NULL,
    unit     text    NOT NULL,
    grp      text    NOT NULL,
    person   text    NOT NULL,
    template text    NOT NULL,
    urgency  text    NOT NULL,
    round    bigint  NOT NULL,
    from_id  text    NOT NULL,
    to_id    text    NOT NULL,
    code     text    NOT NULL,
    n        bigint  NOT NULL,
    m        bigint  NOT NULL,
    late     boolean NOT NULL,
    prior    bigint  NOT NULL,
    PRIMARY KEY (from_pos, kind)
);

-- What the fold remembers of each ticket beyond its case, and with it the stay that holds now: since when the ticket is
-- inside (registered, and neither delivered nor ended) with this unit, group and person, waiting or not, how it came to that
-- (moved: from another stay), and when shares of its handling limit are used up; 0: never. stay_pos is null when it is not
-- inside.
CREATE TABLE lives (
    ticket        text   PRIMARY KEY,
    stay_pos      bigint,
    stay_ms       bigint NOT NULL,
    unit          text   NOT NULL,
    grp           text   NOT NULL,
    person        text   NOT NULL,
    template      text   NOT NULL,
    urgency       text   NOT NULL,
    paused        text   NOT NULL,
    entry         text   NOT NULL,
    registered_ms bigint NOT NULL,
    half_ms       bigint NOT NULL,
    most_ms       bigint NOT NULL,
    due_ms        bigint NOT NULL,
    memory        jsonb  NOT NULL
) WITH (fillfactor = 70);

-- Stays that have ended: [entered_ms, left_ms), ended by the event at to_pos, and how.
CREATE TABLE stays (
    ticket        text   NOT NULL,
    from_pos      bigint NOT NULL,
    to_pos        bigint NOT NULL,
    entered_ms    bigint NOT NULL,
    left_ms       bigint NOT NULL,
    unit          text   NOT NULL,
    grp           text   NOT NULL,
    person        text   NOT NULL,
    template      text   NOT NULL,
    urgency       text   NOT NULL,
    paused        text   NOT NULL,
    entry         text   NOT NULL,
    exit          text   NOT NULL,
    registered_ms bigint NOT NULL,
    half_ms       bigint NOT NULL,
    most_ms       bigint NOT NULL,
    due_ms        bigint NOT NULL,
    PRIMARY KEY (from_pos)
);

-- Clocks that run now, and beside them what clocks were before and what became of them. A clock is decided at the earlier
-- of its stop and its deadline (kpis §1.9): decided_ms is that instant for what is known so far; 0: none, as of a clock
-- that is paused or was cancelled in time. Who had it is frozen at that instant. Instants and times of 0 are none; a used_ms
-- of -1 is not known.
CREATE TABLE running (
    ticket      text    NOT NULL,
    clock       text    NOT NULL,
    round       bigint  NOT NULL,
    from_pos    bigint  NOT NULL,
    to_pos      bigint  NOT NULL,
    kind        text    NOT NULL,
    run         bigint  NOT NULL,
    since_ms    bigint  NOT NULL,
    due_ms      bigint  NOT NULL,
    promised_ms bigint  NOT NULL,
    stopped_ms  bigint  NOT NULL,
    decided_ms  bigint  NOT NULL,
    met         boolean NOT NULL,
    cancelled   boolean NOT NULL,
    reported    boolean NOT NULL,
    cause       text    NOT NULL,
    used_ms     bigint  NOT NULL,
    allowed_ms  bigint  NOT NULL,
    lag_ms      bigint  NOT NULL,
    answer      text    NOT NULL,
    sender      text    NOT NULL,
    unit        text    NOT NULL,
    grp         text    NOT NULL,
    person      text    NOT NULL,
    template    text    NOT NULL,
    urgency     text    NOT NULL,
    basis       jsonb,
    PRIMARY KEY (ticket, clock, round, from_pos)
);

CREATE TABLE clocks (
    LIKE running,
    PRIMARY KEY (ticket, clock, round, from_pos)
);

-- What was filled in when a ticket of a template was registered, and how many of these fields were found at fault since.
CREATE TABLE fills (
    from_pos bigint NOT NULL,
    ticket   text   NOT NULL,
    at_ms    bigint NOT NULL,
    unit     text   NOT NULL,
    grp      text   NOT NULL,
    person   text   NOT NULL,
    template text   NOT NULL,
    urgency  text   NOT NULL,
    filled   bigint NOT NULL,
    flawed   bigint NOT NULL,
    unsure   bigint NOT NULL,
    PRIMARY KEY (ticket, from_pos)
);

-- What became of a ticket each time its result was delivered, or it was closed where nothing has to be delivered, and what
-- was found of it since.
CREATE TABLE results (
    from_pos    bigint  NOT NULL,
    ticket      text    NOT NULL,
    delivery    bigint  NOT NULL,
    at_ms       bigint  NOT NULL,
    unit        text    NOT NULL,
    grp         text    NOT NULL,
    person      text    NOT NULL,
    template    text    NOT NULL,
    urgency     text    NOT NULL,
    weight      bigint  NOT NULL,
    instant     boolean NOT NULL,
    used_ms     bigint  NOT NULL,
    allowed_ms  bigint  NOT NULL,
    wall_ms     bigint  NOT NULL,
    due_ms      bigint  NOT NULL,
    promised_ms bigint  NOT NULL,
    extensions  bigint  NOT NULL,
    contacts    bigint  NOT NULL,
    touches     bigint  NOT NULL,
    reassigned  bigint  NOT NULL,
    worked_ms   bigint  NOT NULL,
    silence_ms  bigint  NOT NULL,
    error       text    NOT NULL,
    unsure      boolean NOT NULL,
    reopened_ms bigint  NOT NULL,
    fault       text    NOT NULL,
    PRIMARY KEY (ticket, from_pos, delivery)
);

-- Facts that the event at to_pos replaced by others; what is not named here still holds.
CREATE TABLE struck (
    fact     text   NOT NULL,
    ticket   text   NOT NULL,
    from_pos bigint NOT NULL,
    to_pos   bigint NOT NULL,
    PRIMARY KEY (fact, ticket, from_pos)
);

-- How long each party held a ticket until its result was delivered: gap-free, working time where the ticket has a calendar.
CREATE TABLE holdings (
    from_pos bigint NOT NULL,
    n        bigint NOT NULL,
    ticket   text   NOT NULL,
    at_ms    bigint NOT NULL,
    party    text   NOT NULL,
    unit     text   NOT NULL,
    grp      text   NOT NULL,
    person   text   NOT NULL,
    template text   NOT NULL,
    urgency  text   NOT NULL,
    held_ms  bigint NOT NULL,
    PRIMARY KEY (from_pos, n)
);

-- What the fold looks up: the published calendars, all in one row, and what template versions say of their tickets.
CREATE TABLE books (
    id       text PRIMARY KEY,
    editions text NOT NULL,
    digest   text NOT NULL
);
CREATE TABLE kinds (
    template text    NOT NULL,
    version  bigint  NOT NULL,
    weight   bigint  NOT NULL,
    instant  boolean NOT NULL,
    limits   jsonb,
    PRIMARY KEY (template, version)
);

-- Who was there when: the events of one person, unit or calendar that say so, each with its position.
CREATE TABLE chronicle (
    stream text  PRIMARY KEY,
    notes  jsonb NOT NULL
);

-- What formulas add up, by day and by whom the facts are attributed to, of all facts as of summed.upto. It is not folded but
-- added up of the tables above, once in many events. Days are numbered and begin when it is midnight in China (sums.go); seats are
-- numbered so that rows are short. The numbers added up are in the order of the formula.
CREATE TABLE seats (
    seat     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit     text   NOT NULL,
    grp      text   NOT NULL,
    person   text   NOT NULL,
    template text   NOT NULL,
    urgency  text   NOT NULL,
    UNIQUE (unit, grp, person, template, urgency)
);
CREATE TABLE sums (
    kpi   text     NOT NULL,
    day   bigint   NOT NULL,
    seat  bigint   NOT NULL,
    facts bigint   NOT NULL, -- none: all that there were have been replaced
    added bigint[] NOT NULL,
    PRIMARY KEY (kpi, day, seat)
) WITH (fillfactor = 70);
CREATE TABLE summed (upto bigint NOT NULL);
INSERT INTO summed VALUES (0);

-- indexes
-- As of now no span has been replaced yet, so that this one finds nothing, quickly.
CREATE INDEX spans_to ON spans (to_pos);
CREATE INDEX acts_kind ON acts (kind, at_ms);
-- The few acts that a ticket has had before, with all that tickets are counted by.
CREATE INDEX acts_again ON acts (kind, at_ms) INCLUDE (from_pos, prior, ticket, unit, grp) WHERE prior > 0;
-- All that a stay which holds now is told by: none of it changes without the stay.
-- By position, as sums lack those that began since.
CREATE INDEX lives_inside ON lives (stay_pos)
	INCLUDE (stay_ms, ticket, unit, grp, person, template, urgency, paused, entry, registered_ms, half_ms, most_ms, due_ms) WHERE stay_pos IS NOT NULL;
CREATE INDEX stays_entered ON stays (entered_ms);
-- What lay somewhere at an instant is found among what ended after it.
CREATE INDEX stays_left ON stays (left_ms, entered_ms);
CREATE INDEX segments_ended ON segments (ended_ms, started_ms);
CREATE INDEX segments_started ON segments (started_ms);
CREATE INDEX segments_to ON segments (to_pos);
CREATE INDEX cases_open ON cases (open_ms) WHERE open_pos IS NOT NULL;
CREATE INDEX cases_opened ON cases (open_pos) WHERE open_pos IS NOT NULL;
CREATE INDEX cases_paused ON cases (paused_ms) WHERE paused_pos IS NOT NULL;
CREATE INDEX waits_ended ON waits (ended_ms, started_ms);
CREATE INDEX waits_started ON waits (started_ms);
CREATE INDEX waits_to ON waits (to_pos);
-- When a ticket came is fixed from its first event on, and where it lies changes seldom.
CREATE INDEX cases_first ON cases (first_ms) INCLUDE (unit, grp);
CREATE INDEX stays_to ON stays (to_pos);
CREATE INDEX clocks_decided ON clocks (kind, decided_ms);
CREATE INDEX clocks_due ON clocks (kind, due_ms) WHERE kind IN ('handling', 'response');
-- Answers by their time, and what had none by its deadline; rounds are told apart before any row is looked at. The kind is not
-- among the columns: what the condition of an index implies is not looked up in it, and all of it would be read.
CREATE INDEX clocks_stopped ON clocks (stopped_ms, due_ms, round) WHERE kind = 'response';
CREATE INDEX running_due ON running (kind, due_ms);
CREATE INDEX fills_at ON fills (at_ms);
CREATE INDEX results_at ON results (at_ms);
-- What sums lack: facts since a position, and those replaced since.
CREATE INDEX results_from ON results (from_pos);
CREATE INDEX struck_to ON struck (to_pos);
CREATE INDEX holdings_at ON holdings (at_ms);
