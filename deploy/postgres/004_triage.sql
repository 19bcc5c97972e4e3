-- What triage decides about a report, what officers correct, and what follows for tickets, clocks and notices.

-- classifier.  kind: complaint, criticism, aspiration, suggestion, information_request, not_report.  topic: '' where none is
-- sure enough; topic_2 and topic_3 are the likeliest others.  region_candidates: codes that a name in it could mean, likeliest
-- first, separated by commas.  relation to duplicate_of: duplicate (the same matter: joins its ticket), rereport (the same
-- matter, long after: a ticket of its own), none.  profile: what the index of duplicates keeps; no word can be read back from it.
-- incident_id: the report that began the incident which this one was found to be part of, 0 = none.
ALTER TABLE triages
    DROP COLUMN signature,
    ADD COLUMN kind text NOT NULL DEFAULT 'complaint',
    ADD COLUMN urgent boolean NOT NULL DEFAULT false,   -- danger to life, disaster
    ADD COLUMN topic_2 text NOT NULL DEFAULT '',
    ADD COLUMN confidence_2 real NOT NULL DEFAULT 0,
    ADD COLUMN topic_3 text NOT NULL DEFAULT '',
    ADD COLUMN confidence_3 real NOT NULL DEFAULT 0,
    ADD COLUMN region_candidates text NOT NULL DEFAULT '',
    ADD COLUMN outside boolean NOT NULL DEFAULT false,  -- of the home province
    ADD COLUMN language text NOT NULL DEFAULT 'other',  -- indonesian, javanese, mixed, other
    ADD COLUMN relation text NOT NULL DEFAULT 'none',
    ADD COLUMN duplicate_score real NOT NULL DEFAULT 0,
    ADD COLUMN profile bytea NOT NULL DEFAULT '',
    ADD COLUMN model text NOT NULL DEFAULT '',          -- models.version that named the topics; '' = none, keywords did
    ADD COLUMN incident_id bigint NOT NULL DEFAULT 0;
UPDATE triages SET relation = 'duplicate' WHERE duplicate_of <> 0;

-- classifier.  The same topic from many places within hours is one incident.  id: the report that began it.
-- members: reports that were decided before it was declared; those after have it in their triage.
CREATE TABLE incidents (
    id          bigint PRIMARY KEY,
    declared_at timestamptz NOT NULL DEFAULT now(),
    declared_by bigint NOT NULL,        -- the report with which it was one
    topic       text NOT NULL,
    region_code text NOT NULL,          -- regency or city; the incident is in it and in its neighbours
    members     bigint[] NOT NULL
);

-- Reference data of the classifier: which regencies and cities touch which, both ways round.
CREATE TABLE region_neighbours (
    code      text NOT NULL,
    neighbour text NOT NULL,
    PRIMARY KEY (code, neighbour)
);

-- ops.  Models that name topics; the classifier uses the one that was installed last and can be read.  Never changed, but for
-- installed_at: using an old one again means installing it again.
CREATE TABLE models (
    version      text PRIMARY KEY CHECK (version ~ '^[A-Za-z0-9._-]{1,60}$'),
    at           timestamptz NOT NULL DEFAULT now(),
    by           text NOT NULL,
    figures      jsonb NOT NULL DEFAULT '{}',   -- what it reached in cross-validation
    bytes        bytea NOT NULL,
    installed_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE models ALTER COLUMN bytes SET STORAGE EXTERNAL;     -- weights do not shrink

-- ops (later: portal).  What an officer says a report is; kept for ever, and training data.  The router acts on each, once,
-- and says what it did.  value: topics.code, regions.code, a kind, yes or no; join: the id of the other report; split: ''.
CREATE TABLE corrections (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report_id bigint NOT NULL,
    what      text NOT NULL CHECK (what IN ('topic', 'region', 'kind', 'urgent', 'split', 'join')),
    value     text NOT NULL DEFAULT '',
    by        text NOT NULL CHECK (by <> ''),
    reason    text NOT NULL DEFAULT '',
    at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX corrections_report ON corrections (report_id);

-- router.
CREATE TABLE corrections_done (
    correction_id bigint PRIMARY KEY,
    at            timestamptz NOT NULL DEFAULT now(),
    ticket_id     bigint NOT NULL,      -- on which the report hangs after it
    done          text NOT NULL         -- one line: what followed
);

-- router.  agency: also SHELF (not a report; a person may look at it, no clock runs) and '' (nobody: its reports hang on another
-- ticket now).  turn counts the agencies that had it, from 0: with each there is a new clock and a new notice.
ALTER TABLE tickets
    ADD COLUMN kind text NOT NULL DEFAULT 'complaint',
    ADD COLUMN urgent boolean NOT NULL DEFAULT false,
    ADD COLUMN turn smallint NOT NULL DEFAULT 0,
    ADD COLUMN incident_id bigint NOT NULL DEFAULT 0;
CREATE INDEX tickets_shelf ON tickets (id) WHERE agency = 'SHELF';
CREATE INDEX tickets_incident ON tickets (incident_id) WHERE incident_id <> 0;

-- A clock belongs to one turn of a ticket; it stops when the ticket goes to another agency.
ALTER TABLE deadlines
    ADD COLUMN turn smallint NOT NULL DEFAULT 0,
    DROP CONSTRAINT deadlines_pkey,
    ADD PRIMARY KEY (ticket_id, clock, turn);

-- turn: of the ticket (kinds 1, 3 .. 5); kind 6 (cause: the incident) counts those who are told, from 0, the triage desk first;
-- kind 7 (cause: the report that made its ticket urgent) and kind 2: 0.
ALTER TABLE notices
    ADD COLUMN turn smallint NOT NULL DEFAULT 0,
    DROP CONSTRAINT notices_cause_kind_key,
    ADD CONSTRAINT notices_once UNIQUE (cause, kind, turn);

GRANT SELECT ON models, incidents, region_neighbours, corrections TO kentongan_classifier;
GRANT INSERT ON incidents TO kentongan_classifier;

GRANT SELECT ON corrections, corrections_done, incidents TO kentongan_router;
GRANT INSERT ON corrections_done TO kentongan_router;
GRANT UPDATE (agency, topic, region_code, kind, urgent, turn, incident_id, routed_at) ON tickets TO kentongan_router;
GRANT UPDATE (ticket_id) ON ticket_reports TO kentongan_router;

-- A correction is only ever added.
GRANT SELECT ON models, incidents, region_neighbours, corrections, corrections_done TO kentongan_ops;
GRANT INSERT ON models, corrections TO kentongan_ops;
GRANT UPDATE (installed_at) ON models TO kentongan_ops;
GRANT INSERT, UPDATE, DELETE ON region_neighbours TO kentongan_ops;
