"""The machine, and the page RESULTS.md."""

import os
import pathlib
import statistics
import subprocess
import time

from cluster import STAGES
from measures import WARM_UP

GOALS = {"ingest": 0.5, "through": 10000, "push_p99_ms": 100, "cost": 1.3}


def _flush_latency(folder, count=500):
    """Milliseconds of a write of 8 kB and its fdatasync: p50, p99."""
    path = pathlib.Path(folder) / "flush"
    file = os.open(path, os.O_CREAT | os.O_RDWR)
    os.pwrite(file, bytes(count * 8192), 0)
    os.fsync(file)
    spent = []
    for i in range(count):
        started = time.perf_counter()
        os.pwrite(file, b"x" * 8192, i * 8192)
        os.fdatasync(file)
        spent.append((time.perf_counter() - started) * 1000)
    os.close(file)
    path.unlink()
    cuts = statistics.quantiles(spent, n=100)
    return cuts[49], cuts[98]


def _first_line(path, start):
    return next(line.split(":", 1)[1].strip() for line in pathlib.Path(path).read_text().splitlines() if line.startswith(start))


def machine(cluster):
    """Name -> what there is."""
    shown = ("shared_buffers", "wal_compression", "max_wal_size", "checkpoint_timeout", "fsync", "synchronous_commit",
             "full_page_writes", "jit")
    settings = ", ".join(f"{name} {cluster.value(f'SHOW {name}')}" for name in shown)
    system = _os_name()
    flush = _flush_latency(cluster.folder)
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "system": f"{system}, Linux {os.uname().release}",
        "processor": f"{os.cpu_count()} x {_first_line('/proc/cpuinfo', 'model name')}",
        "memory": f"{int(_first_line('/proc/meminfo', 'MemTotal').split()[0]) / 1048576:.1f} GiB",
        "flush of 8 kB (write and fdatasync)": f"p50 {flush[0]:.2f} ms, p99 {flush[1]:.2f} ms",
        "PostgreSQL": f"{cluster.value('SHOW server_version')}; {settings}, data checksums",
        "Redis": subprocess.run(["redis-server", "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.split()[2]
                 .removeprefix("v=") + "; appendonly, appendfsync everysec",
    }


def _os_name():
    for line in pathlib.Path("/etc/os-release").read_text().splitlines():
        if line.startswith("PRETTY_NAME="):
            return line.split("=", 1)[1].strip('"')
    return "unknown"


def _median(runs, name):
    return statistics.median(run[name] for run in runs)


def _rates(runs, name="rate"):
    """The median, and all runs."""
    values = [run[name] for run in runs]
    return f"{statistics.median(values):,.0f}" + (f" ({', '.join(f'{value:,.0f}' for value in values)})" if len(values) > 1 else "")


def _cpu(runs, *names):
    """CPU microseconds a report of these processes, summed; the median of the runs."""
    return statistics.median(sum(run["cpu_us"].get(name, 0) for name in names) for run in runs)


def _cpu_all(runs):
    return statistics.median(sum(run["cpu_us"].values()) for run in runs)


def _table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def _ceiling_and_ingest(found):
    ceiling = _median(found["ceiling 2"], "rate")
    rows = [[f"COPY, {n} connection{'s' * (n > 1)}, 256 rows a transaction", _rates(found[f"ceiling {n}"]),
             f"{_median(found[f'ceiling {n}'], 'rate') / ceiling:.2f}", "", "", f"{_cpu(found[f'ceiling {n}'], 'postgres'):.1f}", "", ""]
            for n in (1, 2)]
    for name, runs in found["ingest"].items():
        rows.append([f"ingest, {name}", _rates(runs), f"{_median(runs, 'rate') / ceiling:.2f}", f">= {GOALS['ingest']}",
                     f"{_median(runs, 'p50_ms'):.1f} / {_median(runs, 'p99_ms'):.1f}", f"{_cpu(runs, 'postgres'):.1f}",
                     f"{_cpu(runs, 'ingest'):.1f}", ", ".join(f"{run['retries']:,}" for run in runs)])
    return _table(["", "a second: median (each run)", "of the ceiling", "goal", "receipt p50 / p99 ms", "PostgreSQL CPU us",
                   "ingest CPU us", "times RETRY_LATER, each run"], rows)


def _through(found):
    runs = found["through"]
    processes = ["postgres", *STAGES, "redis", "push sink"]
    stages = ", ".join(f"{stage} {statistics.median(run['stage_s'][stage] for run in runs):.1f} s" for stage in STAGES[1:])
    outcomes = {}
    for run in runs:
        for outcome, count in run["outcomes"].items():
            outcomes[outcome] = outcomes.get(outcome, 0) + count
    told = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(outcomes.items()))
    return "\n\n".join([
        _table(["settled a second: median (each run)", "goal", "acknowledged a second, meanwhile", "pushes (median)"],
               [[_rates(runs, "settled_rate"), f">= {GOALS['through']:,}", _rates(runs), f"{_median(runs, 'pushes'):,.0f}"]]),
        f"Through (median, from the first send): all receipts {_median(runs, 'acked_s'):.1f} s, {stages}. Notices delivered in all "
        f"runs, warm-up included: {told}.",
        _table(["CPU us a report (median)", *processes, "all"],
               [["", *[f"{_cpu(runs, name):.1f}" for name in processes], f"{_cpu_all(runs):.1f}"]]),
    ])


def _steady(found):
    run = found["steady"]
    rows = [[name, *[f"{run[key][cut]:.1f}" for cut in ("p50_ms", "p99_ms", "worst_ms")], goal] for name, key, goal in
            [("receipt", "receipt", ""), ("push at the phone", "push", f"p99 < {GOALS['push_p99_ms']} ms")]]
    return _table(["from the send to the", "p50 ms", "p99 ms", "worst ms", "goal"], rows) + (
        f"\n\n{run['reports_counted']:,} reports, of which {run['pushes_matched']:,} opened a ticket and so caused a push. CPU of all "
        f"processes, all stages: {sum(run['cpu_us'].values()):.0f} us a report.")


def _cost_row(name, goal, before, after):
    return [name, f"{before:,.1f}", f"{after:,.1f}", f"{after / before:.2f}", goal]


def _costs(empty, filled, rows):
    goal = f"<= {GOALS['cost']}"
    lines = []
    for name in empty["ingest"]:
        before, after = empty["ingest"][name], filled["ingest"][name]
        lines.append(_cost_row(f"ingest, {name}: time a report, us", goal, 1e6 / _median(before, "rate"), 1e6 / _median(after, "rate")))
        lines.append(_cost_row(f"ingest, {name}: CPU a report, us", goal, _cpu_all(before), _cpu_all(after)))
    before, after = empty["through"], filled["through"]
    lines.append(_cost_row("all stages: time a report, us", goal, 1e6 / _median(before, "settled_rate"), 1e6 / _median(after, "settled_rate")))
    lines.append(_cost_row("all stages: CPU a report, us", goal, _cpu_all(before), _cpu_all(after)))
    before, after = empty["steady"], filled["steady"]
    lines.append(_cost_row("steady rate: CPU a report, us", goal, sum(before["cpu_us"].values()), sum(after["cpu_us"].values())))
    lines.append(_cost_row("steady rate: receipt p99, ms", "", before["receipt"]["p99_ms"], after["receipt"]["p99_ms"]))
    lines.append(_cost_row("steady rate: push p99, ms", "", before["push"]["p99_ms"], after["push"]["p99_ms"]))
    return _table(["", "empty", f"{rows:,} stored", "ratio", "goal"], lines)


def _keys(seconds):
    return f"{statistics.median(seconds):.1f} s (median; {max(seconds):.1f} s at most)" if seconds else "at once"


def _part(title, found, sizes):
    return f"""## {title}

### Ceiling, and ingest alone

{_ceiling_and_ingest(found)}

### Through all stages to a delivered push

{_through(found)}

### At a steady {sizes['rate']:,} reports a second for {sizes['steady_s']} s

{_steady(found)}
"""


def deciding(found):
    """The section on deciding."""
    slowest, fastest = found["index"][-1], found["index"][0]
    decide = _table(["reports known", "decided a second, one core", "goal", "slowest of 100 batches of 256, ms", "goal", "bytes of text"],
                    [[f"{run['reports']:,}", f"{run['a_second']:,}", ">= 20,000", run["batch_p99_ms"], "< 25", run["bytes"]] for run in found["decide"]])
    index = _table(["reports known", "find and add, us", "bytes a report", "goal"],
                   [[f"{run['reports']:,}", run["us_a_report"], run["bytes_a_report"], "<= 150"] for run in found["index"]] +
                   [[f"{found['same']['reports']:,}, all of one matter", found["same"]["us_a_report"], found["same"]["bytes_a_report"], "<= 150"]])
    rival = (f"the npm package minhash (128 permutations, JavaScript, wall time) takes {found['minhash']['us_a_text']} us"
             if found["minhash"] else "the npm package minhash could not be installed here")
    return f"""## Deciding

The whole decision (`decide.c`: words, topic, kind, place, duplicates), invented reports of deploy/data/training at villages drawn at
random, one in five telling a recent one again (measured {time.strftime('%Y-%m-%d', time.gmtime())}):

{decide}

The index of known reports alone (`similar.c`, made-up profiles, one in five a near copy); {slowest['reports']:,} against
{fastest['reports']:,} cost {slowest['us_a_report'] / fastest['us_a_report']:.2f} x (goal <= 1.5):

{index}

Signature and look-up of {found['texts']['texts']:,} texts: {found['texts']['us_a_text']} us a text; {rival}. Theirs finds candidates only.
"""


def _timers(found, name):
    """A table of set, cancelled and fired a second by this way, with ever more pending."""
    return [[f"{size['pending']:,}", *[_rates(size[name], what) for what in ("set", "cancelled", "fired")]] for size in found["sizes"]]


def deadlines(found):
    """The section on deadlines."""
    first, last = found["sizes"][0], found["sizes"][-1]
    rows = _median(first["watcher"], "rows")
    through = []
    for size in found["sizes"]:
        costs = [_median(first["watcher"], what) / _median(size["watcher"], what) for what in ("set", "cancelled", "fired")]
        through.append([f"{size['pending']:,}", _rates(size["watcher"], "set"), f"{rows * _median(size['watcher'], 'set'):,.0f}", ">= 30,000",
                        _rates(size["watcher"], "cancelled"), _rates(size["watcher"], "fired"), ">= 20,000",
                        " / ".join(f"{cost:.2f}" for cost in costs), "<= 1.5"])
    memory = [[f"{size['pending']:,}", f"{size['timer_bytes']:.0f}", f"{_median(size['redis'], 'bytes'):.0f}", f"{size['row_bytes']:.0f}",
               f"{size['timers']:,} in {size['rebuild_s']:.1f} s"] for size in found["sizes"]]
    head = ["pending", "set a second: median (each run)", "cancelled", "fired"]
    return f"""## Deadlines

{found['count']:,} tickets a measurement, medians of {found['rounds']} (measured {time.strftime('%Y-%m-%d', time.gmtime())}). All *pending* have their
next step within the day, and so their timer in Redis; {last['pending']:,} is the most that was measured.

### Through the watcher

Set: `Routed` messages sent at once, until the last ticket has its deadlines, {rows:.0f} each by the policies that are shipped. Cancelled:
an officer's act on each ticket, committed at once, until no first response runs any more; the watcher looks for acts once a second.
It stops two clocks a ticket and starts one. Fired: the warnings of all fall due at one moment; until the last notice is stored.
Every time facts are read, deadlines derived, checked to be fresh, and stored or journalled. Cost is time against the first row.

{_table(['pending', 'tickets set a second: median (each run)', 'deadlines set', 'goal', 'tickets answered', 'fired', 'goal',
         'cost: set / cancelled / fired', 'goal'], through)}

### Redis itself

`deadlines.c`: ZADD and ZREM of 1,024 members each, pipelined; ranged reads of 1,024 due ones, and the ZREM of these. Nothing is checked or
kept elsewhere.

{_table(head, _timers(found, 'redis'))}

### PostgreSQL polled

A table of id and time with an index, 1,024 rows a transaction: INSERT; UPDATE; `UPDATE .. WHERE due RETURNING`. Nothing is derived, checked or
told.

{_table(head, _timers(found, 'polled'))}

### Memory

{_table(['pending', 'bytes a timer in Redis', 'of a bare member there', "bytes a deadline's row in PostgreSQL, with indexes", 'rebuilt after FLUSHALL'], memory)}
"""


def _pushes(found):
    """How fast letters are sent: a table, or why it was not measured."""
    if "missing" in found:
        return f"Not measured: {found['missing']}."
    cryptography, rows = found["cryptography"], []
    base = _median(found["ways"]["HTTP/1.1, TLS"], "cpu_us")
    for way, runs in found["ways"].items():
        run, cpu_us = runs[-1], _median(runs, "cpu_us")
        rows.append([way, _rates(runs, "a_second"), f"{cpu_us * _median(runs, 'a_second') / 1e6:.0%}", f"{1e6 / cpu_us:,.0f}", f"{cpu_us:.0f} ({_median(runs, 'user_us'):.0f} + {_median(runs, 'system_us'):.0f})",
                     f"{cpu_us / base:.2f}", f"{cryptography['encrypt_us'] / cpu_us:.0%}", f"{max(each['slowest_ms'] for each in runs):.0f}",
                     run["connections"], ", ".join(run["protocols"])])
    table = _table(["way", "pushes a second: median (each run)", "of its core used", "pushes a second of one core's CPU", "CPU us a push (user + system)", "ratio", "of it encryption",
                    "slowest, ms", "connections", "what nginx says was spoken"], rows)
    return f"""`phones.c`: {found['count']:,} letters of {run['bytes']} bytes before encryption, to 1,000 subscriptions with keys of their own, by `legs_send()`, as many at once
as the leg has room for; 2,000 more before that, which open the connections, are not counted. nginx of Debian reads each body, then says
201. The sender has one core and nginx another one, both on loopback; the sender verifies the certificate.

{table}

Encryption alone: {cryptography['encrypt_us']:.1f} us of CPU a push. A VAPID token: {cryptography['token_us']:.1f} us to make, once in 6 hours a push service; {cryptography['kept_token_us']:.3f} us when it is kept."""


def _ring_row(name, run):
    called, pushed = run["called"], run["pushed"]
    return [name, f"{called['a_second']:,.0f}", f"{called['p50_ms']:,.0f} / {called['p99_ms']:,.0f} / {called['worst_ms']:,.0f}",
            f"{pushed['p50_ms']:,.0f} / {pushed['p99_ms']:,.0f}", f"{run['notices_a_push']:.1f}",
            f"{run['cpu_us']['notifier']:.0f}", f"{run['cpu_us']['postgres']:.0f}", f"{run['others_cores']:.2f}"]


def _connected_row(name, event, run):
    return [name, f"{run['kib_each']:.1f}", event, f"{run['p50_ms']:,.0f} / {run['p99_ms']:,.0f} / {run['worst_ms']:,.0f}", f"{run['spread_ms']:,.0f}",
            f"{run['open_s']:.1f}"]


def _first_load(found):
    shell = found["shell"]
    whole = f"The whole app, as the service worker keeps it: {shell['files']} files, {shell['wire_bytes'] / 1000:.1f} kB of gzip, {shell['bytes'] / 1000:.1f} kB unpacked."
    if "first" not in found:
        return f"{whole} First load in a browser: not measured, none is installed."
    first = found["first"]
    return _table(["requests until it can be used", "kB over the wire", "goal", "kB unpacked", "first paint, ms", "usable, ms"],
                  [[first["requests"], f"{first['wire_bytes'] / 1000:.1f}", "< 150", f"{first['bytes'] / 1000:.1f}", f"{first['paint_ms']:,}",
                    f"{first['usable_ms']:,}"]]) + "\n\n" + whole + " It is fetched after that, once."


def phones(found):
    """The section on phones."""
    sizes, connected, at_once, minute = found["sizes"], found["connected"], found["at_once"], found["minute"]
    told = [[name, f"{run['a_second']:,.0f}", f"{run['pushes'] / run['seconds']:,.0f}", f"{run['notices_a_push']:.1f}",
             *[f"{run['cpu_us'][process]:.0f}" for process in ("notifier", "postgres", "push sink")], f"{run['others_cores']:.2f}"]
            for name, run in (("one notice a push", found["single"]), ("a flood", found["flood"]))]
    return f"""## Phones

Measured {time.strftime('%Y-%m-%d', time.gmtime())} in one run; the last column of some tables is how many cores other programs used meanwhile.

### Sending alone

{_pushes(found['pushes'])}

### From rows to accepted deliveries

1,000 offices with one phone each, `Notice` messages for rows that are there, until the last accepted delivery is stored; the push service is
`push_sink.c`, plain HTTP/1.1 on loopback. *One notice a push*: {sizes['single']:,}, a phone is told anew when its last push was taken. *A flood*:
{sizes['flood']:,} told at once.

{_table(['', 'notices a second', 'pushes a second', 'notices a push', 'CPU us a notice: notifier', 'postgres', 'push sink', 'others, cores'], told)}

### Ringing

The second step of rings whose first was taken; the same phones. Late: from when it was due until the transaction that takes the step, and until
its push was accepted.

{_table(['due', 'steps a second', 'late ms: p50 / p99 / worst', 'accepted, late ms: p50 / p99', 'notices a push', 'CPU us a step: notifier', 'postgres', 'others, cores'],
        [_ring_row(f"{at_once['count']:,} at one moment", at_once), _ring_row(f"{minute['count']:,} evenly within {minute['within_s']} s", minute)])}

### Connected phones

The portal itself, without nginx, {connected['count']:,} open streams of each kind, one kind after the other; {connected['portal_kib'] / 1024:.1f} MiB resident before. Memory is the growth of
what is resident, without the kernel's. From the commit of the row until each stream has read it, {connected['apps']['events']} times; the reader shares the processors. The
portal looks for changes of tickets once a second, for messages every 300 ms.

{_table(['', 'KiB each', 'event', 'ms until read: p50 / p99 / worst', 'ms from the first to the last reader', 's to open all'],
        [_connected_row('app (server-sent events)', 'an act on one ticket, to all', connected['apps']),
         _connected_row('ntfy', f"{connected['count']:,} messages, one a topic", connected['ntfy'])])}

### First load

`tests/pages/measure.mjs`: Chromium, processor 4 times slower, 400 kbit/s and 400 ms, log-in page of a phone that was never here, from the portal itself;
usable: the field is there and the main thread answers within 50 ms.

{_first_load(found['pages'])}
"""


def write(*, machine, sizes, rows, fill_s, empty, filled, bench, triage):
    """The text of RESULTS.md."""
    every = [run for found in (empty, filled) if found for runs in (*found["ingest"].values(), found["ceiling 1"], found["ceiling 2"],
             found["through"], [found["steady"]]) for run in runs]
    others = max(run["others_cores"] for run in every)
    ceiling = empty["ceiling 2"][0]
    parts = [f"""# Benchmark results

Written by `tests/bench/run`; every figure is of one run on one machine, where clients, stages, PostgreSQL, Redis and the push service
share the processors. Medians of {sizes['rounds']} runs where a list follows. Other programs on the machine used {others:.2f} cores at
most during a measurement. Compare ratios, not figures of different machines.

{_table(['', ''], list(machine.items()))}

How it was measured:

- *Ceiling*: `copy.c`, binary COPY into an empty table made like `reports` with the same two unique indexes, each 256 rows a
  transaction, {sizes['copy']:,} rows, texts of {ceiling['text_bytes']:.0f} bytes and rows of {ceiling['row_bytes']:.0f} in the mean. The
  ratios below are to two connections.
- *Ingest*: `load.c`, 16 DEALER sockets with 64 reports on the way each, {sizes['ingest']:,} reports of the same sizes packed beforehand; no
  other stage runs. *Sealed*: each report names a reporter, whose identity is sealed and stored. Each row was counted afterwards.
- *Through all stages*: {sizes['through']:,} generated reports, each text made when it is sent (170 bytes in the mean, 15 % about a matter
  that was reported just before), as fast as the windows let them; from the first send until each report has its triage, its
  ticket and its clock, and each notice to an agency its final delivery. Each agency has one phone; the push service (`push_sink.c`)
  answers 201 at once and decrypts nothing.
- *Steady rate*: the push service is the phone as well, decrypts each push, and notes the tickets in it with the time at which its last
  byte was read; matched by tracking code to the time of the send, both on the same clock. The first 3 s are not counted.
- CPU is that of all threads and children, user and system.
""", _part("With empty tables", empty, sizes)]
    if triage:
        parts.insert(1, deciding(triage))
    if filled:
        parts.append(_part(f"With {rows:,} reports stored", filled, sizes))
        parts.append(f"""## Cost with {rows:,} stored against empty

Filled in {fill_s:.0f} s by SQL with rows in every table of the flow as the stages leave them, then vacuumed; see `fill.py`. Ingest had read
the keys of the closed buckets {_keys(bench.keys_s)} after its start; each measurement began after that, and after the first
{WARM_UP:,} reports. A checkpoint stands before each measurement, so that each pays for the first full images of its pages.

{_costs(empty, filled, rows)}
""")
    parts.append(f"""## Peak memory, resident, over everything above

{_table(STAGES, [[f"{bench.peaks[stage]:.0f} MiB" for stage in STAGES]])}

## Not measured

More than one machine; a slow disk; replicas of stages; the whole way over TLS and HTTP/2 (but for *Sending alone*, push services here speak plain HTTP/1.1 on
loopback); more than {rows or sizes['ingest']:,} reports; runs of hours.
""")
    return "\n".join(parts)
