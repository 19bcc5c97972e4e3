"""A whole cluster of its own for a test: PostgreSQL, Redis, a push service and the five services as real processes.

    waiting     wait for a condition, never for a time
    contract    proto/ingest.proto as Python classes, and sample reports
    servers     a private PostgreSQL and a private Redis
    service     one program of Kentongan as a supervised process
    cluster     all of it together
    client      an integrator: sends reports, keeps receipts
    push        the fake push service with one phone for each agency
    truth       what has to be true of the tables, as SQL
    verdicts    the checks of a long run, counted

What it starts has sessions of its own: a Ctrl-C reaches the test alone, which then ends all of it in order.  It shares no code with the programs under test: the wire format comes from protoc for Python, the rest from PostgreSQL.
"""
