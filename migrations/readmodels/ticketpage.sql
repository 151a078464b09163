-- Which ticket has a number; only ever added to. Pages themselves are folded from the tickets' streams.
CREATE TABLE numbered (
    number text NOT NULL,
    ticket text NOT NULL,
    PRIMARY KEY (number, ticket)
);
