-- The words of a ticket; written only when they change. Grams are the single characters and pairs of neighbours in the folded
-- text, as numbers: 65536 times the first character and the second (projections/search/gram.go).
CREATE TABLE doc (
    ticket        text        PRIMARY KEY,
    title         text        NOT NULL,
    parts         jsonb       NOT NULL,
    folded        text        NOT NULL, -- first line: the title
    grams         integer[]   NOT NULL,
    registered_at timestamptz NOT NULL,
    revision      bigint      NOT NULL
);

-- Where it lies, and its number; for rights and order. Nothing that changes with handling is indexed (HOT).
CREATE TABLE place (
    ticket        text        PRIMARY KEY,
    number        text        NOT NULL,
    serial        text        NOT NULL, -- digits of the number's counter, without leading zeros
    reference     text        NOT NULL,
    unit          text        NOT NULL,
    grp           text        NOT NULL,
    handler       text        NOT NULL,
    receiver      text        NOT NULL,
    status        text        NOT NULL,
    pause         text        NOT NULL,
    handover      bigint      NOT NULL,
    helping       jsonb,                -- who does a sub-task of it, or helps
    registered_at timestamptz NOT NULL,
    revision      bigint      NOT NULL
) WITH (fillfactor = 70);

-- indexes
-- New words wait in a list of at most so many kilobytes before they are sorted in; searches read it through.
CREATE INDEX doc_grams ON doc USING gin (grams) WITH (fastupdate = on, gin_pending_list_limit = 512);
-- How frequent each gram is is not asked: searches are made so that they need not be planned by it.
ALTER TABLE doc ALTER grams SET STATISTICS 0;
CREATE INDEX doc_registered ON doc (registered_at);
CREATE INDEX place_number ON place (number text_pattern_ops) WHERE number <> '';
CREATE INDEX place_serial ON place (serial) WHERE serial <> '';
CREATE INDEX place_reference ON place (reference) WHERE reference <> '';
