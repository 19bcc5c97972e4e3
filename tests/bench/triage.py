"""What deciding costs: the whole decision with a full index, the index alone, and a public MinHash beside it."""

import csv
import json
import shutil
import subprocess

from cluster import ROOT

DECIDE = {True: (100000,), False: (100000, 1000000)}  # quick or not
INDEX = {True: (100000, 1000000), False: (100000, 1000000, 10000000)}
MINHASH_TEXTS = 4000
MINHASH = "minhash@0.0.9"


def _rows(path):
    with open(path, encoding="utf-8") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def _json(*words, **options):
    return json.loads(subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, text=True, **options).stdout)


def _minhash(folder, lines):
    """The npm package on the same lines, or None where it cannot be installed."""
    if shutil.which("npm") is None:
        return None
    installed = subprocess.run(["npm", "install", "--silent", "--prefix", folder, MINHASH], check=False, capture_output=True)
    if installed.returncode != 0:
        return None
    shutil.copy(ROOT / "tests/bench/similar_minhash.js", folder)
    return _json("node", folder / "similar_minhash.js", input=lines)


def measure(programs, folder, quick):
    folder.mkdir()
    texts = [row["text"] for path in sorted((ROOT / "deploy/data/training").glob("reports_*.tsv")) for row in _rows(path)]
    places = [f"desa {row['name']}" for row in _rows(ROOT / "deploy/data/regions.tsv") if row["level"] == "deskel"]
    (folder / "texts").write_text("\n".join(texts) + "\n", encoding="utf-8")
    (folder / "places").write_text("\n".join(places) + "\n", encoding="utf-8")
    lines = "\n".join(texts[:: max(1, len(texts) // MINHASH_TEXTS)][:MINHASH_TEXTS]) + "\n"
    return {
        "decide": [_json(programs / "bench_decide", count, folder / "texts", folder / "places") for count in DECIDE[quick]],
        "index": [_json(programs / "bench_similar", count) for count in INDEX[quick]],
        "same": _json(programs / "bench_similar", 100000 if quick else 1000000, "same"),
        "texts": _json(programs / "bench_similar", "texts", input=lines),
        "minhash": _minhash(folder, lines),
    }
