-- The roles of Kentongan: one a service, one for ops.  Each can do what its service does, and nothing more.
-- tests/flow/test_roles.py holds the same as a table and tries every role on every table with every verb.
--
-- Nobody can read identities, not even who writes them: what is sealed is opened elsewhere, with a key that no service has.
-- The owner of the database (who runs this) is for migrations only.  Passwords are not set here.
--
-- Roles belong to the whole PostgreSQL cluster, so they may be there already, or be made this moment for another database.
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['kentongan_ingest', 'kentongan_classifier', 'kentongan_router', 'kentongan_watcher',
                                'kentongan_notifier', 'kentongan_ops'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I LOGIN', role);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                RAISE NOTICE 'role % was made by another migration just now', role;
            END;
        END IF;
    END LOOP;

    -- An acknowledged report is on disk, whatever the default of the server is.
    IF NOT EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
                   WHERE r.rolname = 'kentongan_ingest' AND s.setdatabase = 0
                     AND 'synchronous_commit=on' = ANY (s.setconfig)) THEN
        ALTER ROLE kentongan_ingest SET synchronous_commit = on;
    END IF;

    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO kentongan_ingest, kentongan_classifier, kentongan_router, '
                   'kentongan_watcher, kentongan_notifier, kentongan_ops', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO
    kentongan_ingest, kentongan_classifier, kentongan_router, kentongan_watcher, kentongan_notifier, kentongan_ops;

-- Every stage: failures, and how far it has come.
GRANT SELECT, INSERT, UPDATE ON troubles, stage_marks TO
    kentongan_ingest, kentongan_classifier, kentongan_router, kentongan_watcher, kentongan_notifier;

-- ingest writes a report and never reads its words again.
GRANT INSERT ON reports, identities TO kentongan_ingest;
GRANT SELECT (id, bucket, key, received_at, source, source_message_id, tracking_code) ON reports TO kentongan_ingest;
GRANT SELECT, INSERT ON report_buckets, integrators TO kentongan_ingest;
GRANT UPDATE (rows) ON report_buckets TO kentongan_ingest;
GRANT SELECT ON cluster TO kentongan_ingest;
-- How far the stages are behind decides whether more is taken.
GRANT SELECT (report_id) ON ticket_reports TO kentongan_ingest;
GRANT USAGE ON SEQUENCE report_ids TO kentongan_ingest;
-- It counts what has no ticket yet, to know when to answer RETRY_LATER.
GRANT SELECT (report_id) ON ticket_reports TO kentongan_ingest;

-- classifier is the only service that reads what a citizen wrote.
GRANT SELECT (id, received_at, tracking_code, text, latitude, longitude, region_code, address, follows_id)
    ON reports TO kentongan_classifier;
GRANT SELECT ON regions, region_aliases, topics, topic_keywords TO kentongan_classifier;
GRANT SELECT, INSERT ON triages TO kentongan_classifier;

-- router
GRANT SELECT (id, received_at, tracking_code, follows_id) ON reports TO kentongan_router;
GRANT SELECT ON triages, routes, agencies, policies TO kentongan_router;
GRANT SELECT, INSERT ON tickets, ticket_reports, ticket_events, notices TO kentongan_router;

-- watcher
GRANT SELECT ON cluster, tickets, policies TO kentongan_watcher;
GRANT SELECT, INSERT, UPDATE ON deadlines TO kentongan_watcher;
GRANT SELECT, INSERT ON notices TO kentongan_watcher;

-- notifier takes a phone out of use when its push service says that it is gone; only ops puts one in.
GRANT SELECT ON cluster, notices, tickets, topics, regions, devices TO kentongan_notifier;
GRANT UPDATE (removed_at, removed_why) ON devices TO kentongan_notifier;
GRANT SELECT, INSERT ON deliveries TO kentongan_notifier;

-- ops reads all but identities, edits reference data, and sets parked items free again.  A policy is only ever added.
GRANT SELECT ON cluster, agencies, regions, region_aliases, topics, topic_keywords, routes, holidays, policies, integrators,
    devices, reports, report_buckets, triages, tickets, ticket_reports, ticket_events, deadlines, notices, deliveries,
    troubles, stage_marks TO kentongan_ops;
GRANT SELECT ON SEQUENCE report_ids TO kentongan_ops;
GRANT INSERT, UPDATE ON agencies, regions, region_aliases, topics, topic_keywords, routes, holidays, integrators, devices
    TO kentongan_ops;
-- Once it is free, the stage has to look below its mark again.
GRANT UPDATE ON stage_marks TO kentongan_ops;
GRANT DELETE ON region_aliases, topic_keywords, routes, holidays, troubles TO kentongan_ops;
GRANT INSERT ON policies TO kentongan_ops;
