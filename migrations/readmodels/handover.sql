-- One row per handover, changed when it is answered, lets its time pass, or an arbiter decides; and one per leg of circulation: from
-- one group to another, or to a body outside.
CREATE TABLE handover (
    ticket               text        NOT NULL,
    kind                 text        NOT NULL, -- handover, circulation (between groups) or external
    handover             bigint      NOT NULL,
    number               text        NOT NULL,
    sender               text        NOT NULL,
    receiver             text        NOT NULL,
    unit                 text        NOT NULL,
    grp                  text        NOT NULL,
    status               text        NOT NULL,
    note                 text        NOT NULL,
    pages                bigint      NOT NULL,
    paper                boolean     NOT NULL,
    offered_at           timestamptz NOT NULL,
    offered_recorded_at  timestamptz NOT NULL,
    answered_at          timestamptz,
    answered_recorded_at timestamptz,
    outcome              text        NOT NULL,
    code                 text        NOT NULL,
    reason               text        NOT NULL,
    lag_ms               bigint      NOT NULL,
    position             bigint      NOT NULL,
    ready_at             timestamptz NOT NULL,
    send_lag_ms          bigint      NOT NULL,
    overdue_at           timestamptz,
    disputed_at          timestamptz,
    arbitrated_at        timestamptz,
    arbiter              text        NOT NULL,
    arbitrated_to        text        NOT NULL,
    to_group             text        NOT NULL,
    reference            text        NOT NULL, -- of what went outside, as are the next
    body                 text        NOT NULL,
    channel              text        NOT NULL,
    receipt              text        NOT NULL,
    signer               text        NOT NULL,
    signed_at            timestamptz,
    returned_at          timestamptz,
    PRIMARY KEY (ticket, kind, handover)
) WITH (fillfactor = 70);

-- Where each ticket stands now: which group an offer falls to, what is on its way, and who may read its handovers.
CREATE TABLE standing (
    ticket   text   PRIMARY KEY,
    number   text   NOT NULL,
    unit     text   NOT NULL,
    grp      text   NOT NULL,
    handler  text   NOT NULL,
    status   text   NOT NULL,
    pending  jsonb, -- the offer that waits for an answer
    refused  jsonb, -- the last refusal, until somebody takes the ticket or it is offered anew
    ready_at timestamptz,
    helping  jsonb, -- who does a sub-task of it, or helps
    course   jsonb, -- its way between groups and outside
    revision bigint NOT NULL
) WITH (fillfactor = 70);

-- indexes
CREATE INDEX handover_offered ON handover (offered_at, ticket, kind, handover);
CREATE INDEX handover_kind ON handover (kind, offered_at, ticket, handover);
CREATE INDEX handover_sender ON handover (sender, offered_at);
CREATE INDEX handover_receiver ON handover (receiver, offered_at);
CREATE INDEX handover_group ON handover (grp, offered_at);
CREATE INDEX handover_pending ON handover (offered_at, ticket, kind, handover) WHERE outcome = 'pending';
