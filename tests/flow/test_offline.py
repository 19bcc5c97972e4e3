"""The offline tools: what `kentongan classify` and `similar` take, print and refuse, and that they decide as the cluster does."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from harness import contract
from harness.contract import report
from harness.servers import BIN

KENTONGAN = pathlib.Path(BIN, "kentongan")
DATA = contract.ROOT / "deploy" / "data"
DAY_MS = 24 * 3600 * 1000
NOON = 1_700_000_000_000

FIELDS = {  # what each answer of classify has
    "id": (str, int, float), "kind": str, "kind_p": float, "urgent": bool, "urgent_p": float, "topics": list, "category": str,
    "topic": str, "region_code": str, "region_level": str, "region_candidates": list, "question": str, "outside": bool,
    "road": str, "language": str, "relation": str, "duplicate_of": (str, int, float, type(None)), "duplicate_score": float,
    "why": str, "model": str,
}
KINDS = {"complaint", "criticism", "aspiration", "suggestion", "information_request", "not_report"}
SEKTOR = {row.split("\t")[2] for row in (DATA / "topics.tsv").read_text().splitlines()[1:]}

LAMP = ("Lampu jalan di depan Puskesmas Tembalang mati sejak tiga malam yang lalu, anak-anak takut pulang mengaji dan sudah ada dua"
        " pengendara motor yang jatuh karena lubang tidak terlihat, mohon segera diganti")
REPORTS = [
    {"id": "lamp", "text": LAMP, "sent_at_ms": NOON},
    {"id": 17, "text": "Banjir setinggi dada di Desa Sayung Kabupaten Demak, ada lansia terjebak di atap, tolong segera!!!"},
    {"id": "jv-1", "text": "Dalan ngarep omahku wis rusak suwe, akeh bolongane, ora ana sing ndandani, piye iki"},
    {"id": "no \"place\"\n", "text": "Selamat pagi admin"},
    {"id": 2.5, "text": "Bagaimana syarat mengurus KTP hilang?", "address": "Jl. Pemuda 5, Kota Semarang"},
    {"id": "point", "text": "PJU mati", "latitude": -7.05, "longitude": 110.44, "source": "app", "unknown": [1, {"a": None}]},
    {"id": "code", "text": "Air PDAM tidak mengalir", "region_code": "33.74.10", "address": None, "latitude": None, "longitude": None},
]


def run(*words, given=None, check=0, settings=None, program=KENTONGAN):
    """Runs the tool; returns (lines that it printed, as JSON; standard error)."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KENTONGAN_")} | (settings or {})
    done = subprocess.run([program, *words], input=given, env=environment, capture_output=True, timeout=120)
    assert done.returncode == check, f"exit {done.returncode}: {done.stderr.decode()}"
    return [json.loads(line) for line in done.stdout.decode().splitlines()], done.stderr.decode()


def lines(*objects):
    return b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in objects)


def classify(*objects, **options):
    return run("classify", given=lines(*objects), **options)[0]


def similar(*pairs, **options):
    return run("similar", given=lines(*pairs), **options)[0]


def test_each_report_gets_one_line_in_order_with_all_fields():
    answers = classify(*REPORTS)
    assert [a["id"] for a in answers] == [r["id"] for r in REPORTS]
    for answer in answers:
        assert list(answer) == list(dict.fromkeys(answer)) and set(answer) == set(FIELDS)
        for field, types in FIELDS.items():
            assert isinstance(answer[field], types), (field, answer)
        assert answer["kind"] in KINDS and answer["category"] in SEKTOR | {""}
        assert len(answer["topics"]) <= 3 and "\n" not in answer["why"]
        shares = [topic["p"] for topic in answer["topics"]]
        assert shares == sorted(shares, reverse=True) and sum(shares) <= 1.001
        for topic in answer["topics"]:
            assert set(topic) == {"code", "category", "p"} and topic["category"] in SEKTOR


def test_help_names_each_field():
    for command, fields in {"classify": FIELDS, "similar": ["id", "score", "relation", "why"]}.items():
        text = subprocess.run([KENTONGAN, command, "--help"], capture_output=True, text=True, check=True).stdout
        for field in fields:
            assert re.search(rf"\b{field}\b", text), f"{command} --help has no {field}"


def test_it_decides_what_a_person_would():
    lamp, flood, javanese, _, question, point, code = classify(*REPORTS)
    assert lamp["topics"][0]["code"] == "street_light" and lamp["category"] == "infrastruktur"
    assert lamp["region_code"].startswith("33.74.10") and lamp["region_level"] in ("kecamatan", "deskel")
    assert flood["region_code"].startswith("33.21") and not flood["outside"]
    assert question["region_code"].startswith("33.74")
    assert javanese["region_code"] in ("", "33") and javanese["language"] == "javanese"
    assert point["region_code"].startswith("33.74") and code["region_code"].startswith("33.74.10")


def test_what_is_not_sure_has_candidates_and_a_question():
    answer, = classify({"id": 1, "text": "Jembatan di Desa Karanganyar ambles"})
    assert len(answer["region_candidates"]) > 1 and len(set(answer["region_candidates"])) == len(answer["region_candidates"])
    assert "Karanganyar" in answer["question"] and answer["question"].endswith("?")
    assert answer["region_level"] in ("", "provinsi", "kabkota")
    settled, = classify({"id": 1, "text": "Jembatan di Desa Karanganyar Kecamatan Dukuhturi Kabupaten Tegal ambles"})
    assert settled["region_code"] == "33.28.13.2017" and settled["region_candidates"] == [] and settled["question"] == ""


WRONG = [  # line, id in the answer, beginning of the error
    (b"not json\n", None, "line: is not JSON"),
    (b"[1]\n", None, "line: is not an object"),
    (b'{"id": 4, "text": "a\xff"}\n', None, "line: is not UTF-8"),
    ({"id": "no text"}, "no text", "text: is missing"),
    ({"id": "empty", "text": ""}, "empty", "text: is empty"),
    ({"id": "number", "text": 7}, "number", "text: is not a string"),
    ({"id": "nul", "text": "a\0b"}, "nul", "text: contains a NUL"),
    ({"id": "long", "text": "x" * 10001}, "long", "text: is longer than 10000 bytes"),
    ({"id": "far", "text": "x", "latitude": 91, "longitude": 0}, "far", "latitude: is not between"),
    ({"id": "half", "text": "x", "latitude": 1}, "half", "longitude: is missing"),
    ({"id": "code", "text": "x", "region_code": "Semarang"}, "code", "region_code: is not a Kemendagri code"),
    ({"id": "time", "text": "x", "sent_at_ms": "now"}, "time", "sent_at_ms: is not a whole number"),
    ({"id": [1], "text": "x"}, None, "id: is neither a string nor a number"),
    (b'{"id": 1, "text": "x", "text": "y"}\n', None, "line: is not JSON"),
    (b'{"id": 1, "text": "' + b"x" * 1_100_000 + b'"}\n', None, "line: is longer than 1048576 bytes"),
]


def test_a_line_that_is_wrong_says_why_in_its_place_and_stops_no_other():
    given = []
    for line, _, _ in WRONG:
        given += [{"id": len(given), "text": "Jalan rusak"}, line]
    answers, said = run("classify", given=lines(*given, {"id": "last", "text": "Jalan rusak"}), check=1)
    assert len(answers) == len(given) + 1 and answers[-1]["id"] == "last"
    for i, (_, name, reason) in enumerate(WRONG):
        assert answers[2 * i]["id"] == 2 * i and "kind" in answers[2 * i]
        wrong = answers[2 * i + 1]
        assert set(wrong) == {"line", "id", "error"} and wrong["line"] == 2 * i + 2 and wrong["id"] == name
        assert wrong["error"].startswith(reason), wrong
    assert said.count("\n") == 1 and f"{len(WRONG)} of {len(given) + 1} lines" in said


def test_blank_lines_and_empty_input_are_nothing():
    assert run("classify", given=b"") == ([], "")
    assert run("similar", given=b"") == ([], "")
    answers = classify(b"\n", b"  \r\n", {"id": 1, "text": "x"}, b"\n")
    assert [a["id"] for a in answers] == [1]
    assert [a["id"] for a in classify(b'\xef\xbb\xbf{"id": 1, "text": "x"}\r\n{"id": 2, "text": "x"}')] == [1, 2]


def test_a_report_without_id_is_known_by_its_line():
    answers = classify(b"\n", {"text": LAMP}, {"text": LAMP})
    assert [a["id"] for a in answers] == [2, 3] and answers[1]["duplicate_of"] == 2


def test_file_standard_input_and_pieces_of_any_size_give_the_same(tmp_path):
    given = lines(*REPORTS * 40)
    (tmp_path / "reports.jsonl").write_bytes(given)
    whole = run("classify", given=given)[0]
    assert run("classify", str(tmp_path / "reports.jsonl"))[0] == whole
    assert run("classify", "-", given=given)[0] == whole
    for size in (997, 65536):
        with subprocess.Popen([KENTONGAN, "classify"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            for at in range(0, len(given), size):
                process.stdin.write(given[at:at + size])
                process.stdin.flush()
            process.stdin.close()
            assert [json.loads(line) for line in process.stdout] == whole


def test_an_answer_comes_before_the_input_ends():
    for command, question in {"classify": REPORTS[0], "similar": {"a": REPORTS[0], "b": REPORTS[1]}}.items():
        with subprocess.Popen([KENTONGAN, command], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            for _ in range(3):
                process.stdin.write(lines(question))
                process.stdin.flush()
                assert "why" in json.loads(process.stdout.readline())
            process.stdin.close()
            assert process.wait(20) == 0


def test_a_duplicate_names_the_earlier_report_as_it_was_given():
    later = [{"id": "again", "text": LAMP.upper(), "sent_at_ms": NOON + DAY_MS},
             {"id": "other", "text": LAMP.replace("Puskesmas Tembalang", "Puskesmas Ungaran"), "sent_at_ms": NOON + DAY_MS},
             {"id": 4, "text": LAMP, "sent_at_ms": NOON + 40 * DAY_MS}]
    first, again, other, month = classify(REPORTS[0], *later)
    assert first["relation"] == "none" and first["duplicate_of"] is None
    assert again["relation"] == "duplicate" and again["duplicate_of"] == "lamp" and again["duplicate_score"] > 0.5
    assert other["duplicate_of"] is None and other["relation"] == "none"
    assert month["relation"] == "rereport" and month["duplicate_of"] in ("lamp", "again")


def test_reports_before_the_first_time_are_of_no_other_month():
    untimed, timed, later = classify({"id": 1, "text": LAMP}, {"id": 2, "text": LAMP, "sent_at_ms": NOON},
                                     {"id": 3, "text": LAMP, "sent_at_ms": NOON + DAY_MS})
    assert [a["relation"] for a in (untimed, timed, later)] == ["none", "duplicate", "duplicate"]
    assert timed["duplicate_of"] == later["duplicate_of"] == 1


def test_a_point_that_is_not_at_the_place_makes_no_duplicate():
    road = "Jalan rusak berlubang"
    for point in ({"latitude": 0, "longitude": 0}, {"latitude": -6.2, "longitude": 106.8}):  # no fix; far away from both
        answers = classify(*({"text": road + where, **point} for where in ("", " di Kudus", " di Cilacap")))
        assert [a["region_code"] for a in answers] == ["", "33.19", "33.01"]
        assert all(a["relation"] == "none" for a in answers)
    answers = classify({"text": road, "latitude": 0, "longitude": 0}, {"text": road + " parah", "latitude": 0.0, "longitude": -0.0})
    assert all(a["relation"] == "none" and not a["outside"] for a in answers), "nobody says where they are"
    here = {"latitude": -6.8048, "longitude": 110.8405}
    assert [a["relation"] for a in classify({"text": road, **here}, {"text": road + " parah", **here})] == ["none", "duplicate"]


def test_why_names_no_report_by_a_number_that_is_not_its_id():
    answers = classify({"id": "first", "text": LAMP}, {"id": "second", "text": LAMP})
    assert answers[1]["duplicate_of"] == "first" and not re.search(r"\breport \d", answers[1]["why"])


def test_similar_answers_for_each_pair():
    a, b = {"text": LAMP, "sent_at_ms": NOON}, {"text": LAMP.lower(), "sent_at_ms": NOON + DAY_MS}
    unlike = {"text": "Bagaimana syarat mengurus KTP hilang di Kabupaten Blora?", "sent_at_ms": NOON}
    late = {"text": LAMP, "sent_at_ms": NOON + 40 * DAY_MS}
    pairs = [{"id": "same", "a": a, "b": b}, {"id": 2, "a": a, "b": unlike}, {"a": a, "b": late}, {"a": late, "b": a}]
    same, other, month, turned = similar(*pairs)
    assert set(same) == {"id", "score", "relation", "why"} and same["id"] == "same" and other["id"] == 2 and "id" not in month
    assert same["relation"] == "duplicate" and same["score"] > 0.5
    assert other["relation"] == "none" and 0 <= other["score"] < 0.5
    assert month["relation"] == "rereport" and turned == month, "the earlier one is the one that was sent earlier"


def test_similar_and_classify_agree():
    texts = [LAMP, LAMP.upper(), LAMP.replace("Tembalang", "Ungaran"), LAMP[:90], REPORTS[1]["text"]]
    for i, one in enumerate(texts):
        pairs = [{"a": {"text": one}, "b": {"text": other}} for other in texts[i:]]
        for pair, answer in zip(pairs, similar(*pairs)):
            second = classify({"id": 1, **pair["a"]}, {"id": 2, **pair["b"]})[1]
            assert answer["relation"] == second["relation"], pair
            if second["relation"] != "none":
                assert answer["score"] == second["duplicate_score"], pair


def test_similar_says_which_side_is_wrong():
    answers, said = run("similar", check=1, given=lines(
        {"id": 1, "a": {"text": "x"}}, {"id": 2, "a": [], "b": {"text": "x"}}, {"id": 3, "a": {"text": "x"}, "b": {"text": ""}},
        {"id": 4, "a": {"text": "x"}, "b": {"text": "x"}}))
    assert [a["id"] for a in answers] == [1, 2, 3, 4]
    assert [a.get("error") for a in answers] == ["b: is missing", "a: is not an object", "b.text: is empty", None]
    assert "3 of 4 lines" in said


def test_reference_data_is_found_where_it_is_said_to_be(tmp_path):
    given = lines(REPORTS[0])
    want = run("classify", given=given)[0]
    assert run("classify", "--data", str(DATA), given=given)[0] == want
    assert run("classify", given=given, settings={"KENTONGAN_DATA": str(DATA)})[0] == want
    # As installed: the program in one folder, the data in share/kentongan/data beside it.
    installed = tmp_path / "bin" / "kentongan"
    installed.parent.mkdir()
    shutil.copy(KENTONGAN, installed)
    shutil.copytree(DATA, tmp_path / "share" / "kentongan" / "data")
    assert run("classify", given=given, program=installed)[0] == want
    regions = tmp_path / "share" / "kentongan" / "data" / "regions.tsv"
    regions.write_text(regions.read_text().replace("Tembalang", "Elsewhere"))
    assert run("classify", given=given, program=installed)[0] != want, "it reads what is beside it, not what it was built from"


@pytest.mark.parametrize("command", ["classify", "similar"])
def test_what_is_missing_is_named(command, tmp_path):
    for words, settings, name in [
            (["--data", "/nowhere"], {}, "/nowhere/lexicon.tsv"), ([], {"KENTONGAN_DATA": "/nowhere"}, "/nowhere/lexicon.tsv"),
            (["--model", "/nowhere/m"], {}, "/nowhere/m"), (["/nowhere/reports.jsonl"], {}, "/nowhere/reports.jsonl"),
            ([str(tmp_path)], {}, str(tmp_path))]:
        printed, said = run(command, *words, given=b"", check=2, settings=settings)
        assert printed == [] and said.count("\n") == 1 and name in said, said
    (tmp_path / "model").write_bytes(b"no model")
    _, said = run(command, "--model", str(tmp_path / "model"), given=b"", check=2)
    assert "model" in said and said.count("\n") == 1


def test_memory_does_not_grow_with_what_enters_no_index():
    wrong = json.dumps({"id": "x" * 100, "text": 7, "pad": "y" * 2000}).encode() + b"\n"

    def peak(count):
        """KiB that it has needed at most when all but the last lines are read."""
        settings = os.environ | {"ASAN_OPTIONS": "quarantine_size_mb=1"}  # of a build that keeps what was freed
        with subprocess.Popen([KENTONGAN, "classify"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, env=settings) as process:
            for _ in range(count):
                process.stdin.write(wrong)
            process.stdin.flush()
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        assert process.returncode == 1
        return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[1])

    few, many = peak(500), peak(25000)
    assert many < few + 4096, f"{few} KiB for 1 MB of lines, {many} KiB for 54 MB"


def test_it_decides_as_the_classifier_does(cluster):
    """The same reports through the cluster and through the tool, with the model that the cluster has."""
    given = [{k: v for k, v in r.items() if k not in ("sent_at_ms", "unknown")} | {"id": f"o{i}"} for i, r in enumerate(REPORTS)]
    given.append({"id": "o-again", "text": LAMP.upper()})
    with cluster.client() as client:
        for one in given:  # one after the other: the order is part of what is decided
            message = report("offline", one["id"], one["text"])
            message.place.region_code, message.place.address = one.get("region_code", ""), one.get("address") or ""
            if one.get("latitude") is not None:
                message.place.point.latitude, message.place.point.longitude = one["latitude"], one["longitude"]
            client.publish([message])
            cluster.await_settled()
    rows = cluster.query("SELECT r.source_message_id, t.kind, t.urgent, t.topic, t.region_code, t.outside, t.language, t.relation,"
                         " coalesce(d.source_message_id, ''), t.model FROM triages t JOIN reports r ON r.id = t.report_id"
                         " LEFT JOIN reports d ON d.id = t.duplicate_of WHERE r.source = 'offline' ORDER BY r.id")
    offline = [(a["id"], a["kind"], a["urgent"], a["topic"], a["region_code"], a["outside"], a["language"], a["relation"],
                a["duplicate_of"] or "", a["model"]) for a in classify(*given)]
    assert rows == offline
