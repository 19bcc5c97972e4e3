-- The tables of Kentongan.  Each has one writing service, named in its comment; 002_roles.sql makes it so.
-- A stage's output row is the proof that the stage is done with that input: there is no status column to go stale.
-- Ids grow with time, so that inserts go to the right edge of each index.

-- What all processes agree on.  tracking_key: secret of the permutation that makes tracking codes from report ids.
CREATE TABLE cluster (
    name  text PRIMARY KEY,
    value bytea NOT NULL
);
INSERT INTO cluster (name, value) VALUES ('tracking_key', decode(replace(gen_random_uuid()::text, '-', ''), 'hex'));

-- Reference data, loaded from deploy/data and edited by ops -----------------------------------------------------------

CREATE TABLE agencies (
    code  text PRIMARY KEY CHECK (code ~ '^[A-Z0-9.-]{2,40}$'),
    short text NOT NULL,
    name  text NOT NULL,
    level text NOT NULL,                -- province, regency, vertical, state company, triage desk ..
    region_code text NOT NULL DEFAULT '' -- for the 35 regency and city governments: theirs
);

CREATE TABLE regions (
    code     text PRIMARY KEY,          -- Kemendagri: 33, 33.74, 33.74.01, 33.74.01.1001
    level    text NOT NULL CHECK (level IN ('provinsi', 'kabkota', 'kecamatan', 'deskel')),
    kind     text NOT NULL,             -- kabupaten, kota, desa, kelurahan ..
    name     text NOT NULL,
    parent   text NOT NULL DEFAULT '',
    latitude double precision,
    longitude double precision
);

CREATE TABLE region_aliases (
    alias text PRIMARY KEY,
    region_code text NOT NULL           -- '' = looks like a region's name and is none
);

CREATE TABLE topics (
    code   text PRIMARY KEY,
    name   text NOT NULL,               -- as a person reads it, Indonesian
    sektor text NOT NULL
);

CREATE TABLE topic_keywords (
    topic   text NOT NULL REFERENCES topics,
    keyword text NOT NULL,              -- one or more words, normalised
    weight  double precision NOT NULL CHECK (weight > 0 AND weight <= 10),
    PRIMARY KEY (topic, keyword)
);

-- Topic x region x road class -> agency.  The most specific row wins: longest region prefix, then a named road class.
-- The agency 'KABKOTA' stands for the government of the regency or city that the region lies in.
CREATE TABLE routes (
    topic      text NOT NULL REFERENCES topics,
    region_prefix text NOT NULL DEFAULT '',
    road_class text NOT NULL DEFAULT '' CHECK (road_class IN ('', 'village', 'regency', 'province', 'national', 'toll')),
    agency     text NOT NULL REFERENCES agencies,
    PRIMARY KEY (topic, region_prefix, road_class)
);

CREATE TABLE holidays (
    day    date NOT NULL,
    kind   text NOT NULL CHECK (kind IN ('libur', 'cuti')),
    name   text NOT NULL,
    status text NOT NULL,
    PRIMARY KEY (day, kind)
);

-- A policy is never changed: a new version with a later date of effect replaces it.
CREATE TABLE policies (
    clock    text NOT NULL,
    version  integer NOT NULL,
    duration interval NOT NULL CHECK (duration > interval '0'),
    effective_from timestamptz NOT NULL,
    source   text NOT NULL,             -- the rule that says so
    PRIMARY KEY (clock, version)
);

-- Ops ------------------------------------------------------------------------------------------------------------------

CREATE TABLE integrators (
    name       text PRIMARY KEY CHECK (octet_length(name) BETWEEN 1 AND 100),
    public_key text UNIQUE,             -- Z85, 40 characters; null: seen on a plain socket only
    added_at   timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);

CREATE TABLE devices (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agency    text NOT NULL REFERENCES agencies,
    label     text NOT NULL DEFAULT '',
    endpoint  text NOT NULL UNIQUE,     -- a capability: never in a log
    p256dh    bytea NOT NULL CHECK (octet_length(p256dh) = 65),
    auth      bytea NOT NULL CHECK (octet_length(auth) = 16),
    added_at  timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    removed_why text
);
CREATE INDEX devices_agency ON devices (agency) WHERE removed_at IS NULL;

-- The flow -------------------------------------------------------------------------------------------------------------

-- ingest.  One message of one reporter; never changes.
-- (bucket, key) is the idempotency key: key hashes (source, source_message_id); bucket counts up every few million reports,
-- so that the index is written in one small region.  Older buckets are looked up by reading.
CREATE TABLE reports (
    id            bigint PRIMARY KEY,
    bucket        integer NOT NULL,
    key           uuid NOT NULL,
    received_at   timestamptz NOT NULL DEFAULT now(),
    sent_at       timestamptz,
    channel       smallint NOT NULL,
    source        text NOT NULL,
    source_message_id text NOT NULL,
    tracking_code text NOT NULL,
    text          text NOT NULL,
    latitude      double precision,
    longitude     double precision,
    region_code   text NOT NULL DEFAULT '',
    address       text NOT NULL DEFAULT '',
    attachments   text NOT NULL DEFAULT '',   -- JSON array, '' = none
    anonymous     boolean NOT NULL,
    confidential  boolean NOT NULL,
    addressed_to  text NOT NULL DEFAULT '',
    relayed_by    text NOT NULL DEFAULT '',
    follows_id    bigint NOT NULL DEFAULT 0,
    UNIQUE (bucket, key)
);
CREATE SEQUENCE report_ids INCREMENT BY 4096;   -- a process takes 4,096 ids at a time

-- rows: about how many reports are in it; a crash of ingest may forget half a second's.
CREATE TABLE report_buckets (
    bucket integer PRIMARY KEY,
    rows   bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 20);
INSERT INTO report_buckets (bucket) VALUES (0);

-- ingest.  Who reported, sealed to a key that no service holds.
CREATE TABLE identities (
    report_id bigint PRIMARY KEY,
    sealed    bytea NOT NULL
);

-- classifier.  What a report is about and where.
CREATE TABLE triages (
    report_id    bigint PRIMARY KEY,
    triaged_at   timestamptz NOT NULL DEFAULT now(),
    topic        text NOT NULL DEFAULT '',
    confidence   real NOT NULL,
    region_code  text NOT NULL DEFAULT '',
    road_class   smallint NOT NULL,
    duplicate_of bigint NOT NULL DEFAULT 0,
    signature    bigint NOT NULL,       -- of the normalised words; equal words have equal signatures
    why          text NOT NULL          -- one line for people: which words, which rule; never the citizen's text
);

-- router.  What the government must deal with.  A ticket has the id of the report that opened it.
CREATE TABLE tickets (
    id          bigint PRIMARY KEY,
    agency      text NOT NULL,
    stage       text NOT NULL DEFAULT 'received',
    topic       text NOT NULL,
    region_code text NOT NULL,
    routed_at   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);

-- router.  Which ticket each report hangs on.
CREATE TABLE ticket_reports (
    report_id bigint PRIMARY KEY,
    ticket_id bigint NOT NULL
);
CREATE INDEX ticket_reports_joined ON ticket_reports (ticket_id) WHERE ticket_id <> report_id;

-- router (later: portal).  Who did what when; only ever appended.
CREATE TABLE ticket_events (
    id        bigint GENERATED ALWAYS AS IDENTITY,
    ticket_id bigint NOT NULL,
    report_id bigint NOT NULL DEFAULT 0,
    at        timestamptz NOT NULL DEFAULT now(),
    actor     text NOT NULL,            -- service or person
    event     text NOT NULL,            -- opened, joined ..
    detail    text NOT NULL             -- one line: to whom, by which rule
);
CREATE INDEX ticket_events_ticket ON ticket_events (ticket_id);

-- watcher.  A clock that runs on a ticket.  next_step: 0, 1, 2 = warning at 50 %, at 80 %, breach at 100 %; 3 = all fired.
CREATE TABLE deadlines (
    ticket_id      bigint NOT NULL,
    clock          text NOT NULL,
    policy_version integer NOT NULL,
    agency         text NOT NULL,
    started_at     timestamptz NOT NULL,
    due_at         timestamptz NOT NULL,
    next_step      smallint NOT NULL DEFAULT 0,
    next_at        timestamptz NOT NULL,
    stopped_at     timestamptz,
    PRIMARY KEY (ticket_id, clock)
) WITH (fillfactor = 70);
CREATE INDEX deadlines_next ON deadlines (next_at) WHERE stopped_at IS NULL AND next_step < 3;

-- router and watcher: somebody must be told.  cause: the report (kinds 1, 2) or the ticket (kinds 3 .. 5).
-- audience reporter: published under the tracking code the moment it is committed; audience agency: needs deliveries.
CREATE TABLE notices (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket_id  bigint NOT NULL,
    kind       smallint NOT NULL,
    cause      bigint NOT NULL,
    audience   text NOT NULL CHECK (audience IN ('agency', 'reporter')),
    agency     text NOT NULL,
    due_at     timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (cause, kind)
);

-- notifier.  One row an attempt; only ever appended.  A notice is settled for a device when an attempt ended it.
CREATE TABLE deliveries (
    notice_id bigint NOT NULL,
    device_id bigint NOT NULL,          -- 0: the agency has no device
    attempt   smallint NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    outcome   text NOT NULL CHECK (outcome IN ('accepted', 'retry', 'gone', 'refused', 'expired', 'no_device')),
    status    smallint NOT NULL DEFAULT 0,  -- HTTP status, 0 = none came
    reason    text NOT NULL DEFAULT '',
    retry_at  timestamptz,              -- for outcome 'retry'
    PRIMARY KEY (notice_id, device_id, attempt)
);

-- Every stage: an item that failed by its own fault.  Ten failures, or one that can never work, park it.
CREATE TABLE troubles (
    stage    text NOT NULL,
    item_id  bigint NOT NULL,
    attempts integer NOT NULL,
    parked   boolean NOT NULL,
    reason   text NOT NULL,
    first_at timestamptz NOT NULL DEFAULT now(),
    last_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stage, item_id)
);

-- Every stage.  done_up_to: all inputs with an id up to here are known done for ever.  near_up_to: the same, but for
-- transactions that may still commit late.  Sweeps, `kentongan status` and the backlog bound look above these only.
CREATE TABLE stage_marks (
    stage      text PRIMARY KEY,
    done_up_to bigint NOT NULL DEFAULT 0,
    near_up_to bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 20);
INSERT INTO stage_marks (stage) VALUES ('classifier'), ('router'), ('watcher'), ('notifier');
