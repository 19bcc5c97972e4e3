"""Models come and go without a stop, one that cannot be read is refused, and every triage names the model that decided it."""

import json
import pathlib
import subprocess

from harness import contract
from harness.cluster import Cluster
from harness.contract import report
from harness.servers import BIN
from harness.waiting import wait_until

SEED = contract.ROOT / "deploy/data/seed.model"


def models(cluster):
    """Versions, the one installed last first."""
    return [m["version"] for m in json.loads(cluster.cli("model", "list", "--json"))]


def publish(cluster, source, count=3):
    with cluster.client() as client:
        client.publish([report(source, f"m{i}", f"Sampah menumpuk di pasar {i} Demak, baunya sampai jalan") for i in range(count)])
    cluster.await_settled()
    return {m for (m,) in cluster.query("SELECT DISTINCT model FROM triages t JOIN reports r ON r.id = t.report_id WHERE r.source = %s",
                                        (source,))}


def add_model(cluster, version, data):
    """Puts bytes into the table, as a tool that does not look at them would."""
    cluster.query("INSERT INTO models (version, by, bytes, installed_at) VALUES (%s, 'test', %s, clock_timestamp())", (version, data))


def test_the_seed_model_is_installed_and_named():
    with Cluster() as cluster:
        [seed] = models(cluster)
        cluster["classifier"].await_event("MODEL_LOADED")
        assert publish(cluster, "seed") == {seed}
        [row] = json.loads(cluster.cli("model", "list", "--json"))
        assert row["by"] == "seed" and row["triages"] == 3 and row["bytes"] == SEED.stat().st_size
        code = cluster.value("SELECT tracking_code FROM reports LIMIT 1")
        assert json.loads(cluster.cli("show", code, "--json"))["triage"]["model"] == seed


def test_without_a_model_keywords_decide_and_the_first_one_is_taken_up(tmp_path):
    cluster = Cluster()
    cluster.query("DELETE FROM models")
    with cluster:
        assert publish(cluster, "none") == {""}
        figures = tmp_path / "figures.json"
        figures.write_text('{"accuracy": 0.8}', encoding="utf-8")
        cluster.cli("model", "install", str(SEED), "--figures", str(figures), "--by", "Sri")
        cluster["classifier"].await_event("MODEL_LOADED")
        [version] = models(cluster)
        assert publish(cluster, "some") == {version}
        assert cluster["classifier"].starts == 1, "without a stop"
        shown = json.loads(cluster.cli("model", "show", "--json"))
        assert shown["figures"] == {"accuracy": 0.8} and shown["by"] == "Sri"


def test_a_model_that_cannot_be_read_is_refused_and_the_one_in_use_stays():
    with Cluster() as cluster:
        [seed] = models(cluster)
        cluster["classifier"].await_event("MODEL_LOADED")
        add_model(cluster, "broken-1", SEED.read_bytes()[:-100])
        cluster["classifier"].await_event("MODEL_REFUSED")
        assert publish(cluster, "broken") == {seed}
        assert "broken-1" in cluster["classifier"].text() and cluster["classifier"].count("MODEL_LOADED") == 1
        cluster["classifier"].kill()
        cluster["classifier"].await_event("MODEL_LOADED", times=2)
        assert publish(cluster, "restarted") == {seed}, "the one installed before it"
        cluster.cli("model", "use", seed)
        assert models(cluster) == [seed, "broken-1"]
        assert cluster.cli("model", "use", "no-such-model", check=False) == ""


def test_the_cli_installs_only_what_can_be_read(tmp_path):
    with Cluster(stages=["ingest"], push=False) as cluster:
        broken = tmp_path / "broken.model"
        broken.write_bytes(SEED.read_bytes()[: SEED.stat().st_size // 2])
        before = models(cluster)
        assert cluster.cli("model", "install", str(broken), check=False) == ""
        assert models(cluster) == before


def test_a_reference_table_is_edited_and_the_model_stays():
    with Cluster() as cluster:
        [seed] = models(cluster)
        cluster["classifier"].await_event("MODEL_LOADED")
        cluster.query("UPDATE topics SET name = name || ' ' WHERE code = 'garbage'")
        assert publish(cluster, "edited") == {seed}


def labelled(path, label, key="topic"):
    """Reports of four topics, as an office would label them; label(topic, n) names them."""
    topics = ("street_light", "garbage", "fertiliser", "teacher")
    rows = [line.split("\t") for line in (contract.ROOT / "deploy/data/training").glob("reports_*.tsv")
            for line in line.read_text(encoding="utf-8").splitlines()[1:]]
    rows = [row for row in rows if row[0] in topics]
    path.write_text("".join(json.dumps({"text": row[3], key: label(row[0], n)}) + "\n" for n, row in enumerate(rows)), encoding="utf-8")
    return str(path)


def test_a_learned_model_is_installed_only_when_it_beats_the_one_in_use(tmp_path):
    with Cluster() as cluster:
        [seed] = models(cluster)
        good = labelled(tmp_path / "good.jsonl", lambda topic, _n: f"kantor-{topic}")
        out = str(tmp_path / "office.model")
        told = cluster.run_cli("train", "--in", good, "--out", out, "--install", "--by", "Sri", "--json")
        assert told.returncode == 0, told.stderr
        figures = json.loads(told.stdout)["topic"]
        assert figures["labels"] == 4 and figures["accuracy"] > 0.9
        [office, before] = models(cluster)
        assert office.startswith("office-") and before == seed
        shown = json.loads(cluster.cli("model", "show", "--json"))
        assert shown["by"] == "Sri" and shown["figures"]["accuracy"] == figures["accuracy"]
        wait_until(lambda: office in cluster["classifier"].text(), 15, lambda: f"{office} taken up")
        assert publish(cluster, "learned") == {office}
        # Labels dealt out at random: nothing to learn.
        noise = labelled(tmp_path / "noise.jsonl", lambda topic, n: f"kantor-{topic}" if n % 3 else "kantor-teacher")
        told = cluster.run_cli("train", "--in", noise, "--out", out, "--install", "--name", "worse")
        assert told.returncode == 1 and "is not beaten" in told.stderr
        assert models(cluster) == [office, seed]


def offline(command, *words, check=0, stdin=None):
    """Runs train or evaluate without a cluster; returns the figures and standard error."""
    done = subprocess.run([pathlib.Path(BIN, "kentongan"), command, "--json", *words], stdin=stdin, capture_output=True, text=True,
                          timeout=300)
    assert done.returncode == check, done.stderr
    return json.loads(done.stdout), done.stderr


def test_a_model_of_categories_is_judged_by_its_own_labels(tmp_path):
    """Whatever the labels are called: agencies, which nobody's table knows, or topics' codes under the key category."""
    for number, label in enumerate((lambda topic, _n: f"Dinas {topic}", lambda topic, _n: topic)):
        examples = labelled(tmp_path / "good.jsonl", label, "category")
        out = str(tmp_path / f"{number}.model")
        learned, _ = offline("train", "--in", examples, "--out", out)
        judged, said = offline("evaluate", "--in", examples, "--model", out)
        assert judged["labels"] == 4 and judged["accuracy"] >= learned["topic"]["accuracy"] > 0.9 and said == ""
        noise = labelled(tmp_path / "noise.jsonl", lambda topic, n: label(topic if n % 3 else "teacher", n), "category")
        _, said = offline("train", "--in", noise, "--out", out, check=1)
        assert "is not beaten" in said


def test_examples_from_a_pipe_are_compared_with_the_model_in_use(tmp_path):
    examples = labelled(tmp_path / "good.jsonl", lambda topic, _n: f"kantor-{topic}")
    out = str(tmp_path / "office.model")
    offline("train", "--in", examples, "--out", out)
    _, by_file = offline("train", "--in", examples, "--out", out, check=1)
    with open(examples, encoding="utf-8") as pipe:
        _, by_pipe = offline("train", "--in", "-", "--out", out, check=1, stdin=pipe)
    assert "is not beaten" in by_file and by_pipe == by_file


def test_categories_are_those_of_the_topics_of_a_model_that_knows_topics(tmp_path):
    sektor = {row[0]: row[2] for row in (line.split("\t") for line in (contract.ROOT / "deploy/data/topics.tsv").read_text().splitlines())}
    examples = labelled(tmp_path / "sektor.jsonl", lambda topic, _n: sektor[topic].upper(), "category")
    assert offline("evaluate", "--in", examples, "--model", str(SEED))[0]["accuracy"] > 0.9


def test_labels_for_which_there_is_no_room_are_left_out(tmp_path):
    examples = tmp_path / "many.jsonl"
    examples.write_text("".join(json.dumps({"text": f"kata{n} kata{n % 600}", "category": f"L{n % 600}", "urgent": n % 2 == 0,
                                            "kind": ("complaint", "suggestion")[n % 2]}) + "\n" for n in range(1200)))
    figures, said = offline("train", "--in", str(examples), "--out", str(tmp_path / "many.model"), "--base", "none", "--folds", "2")
    assert figures["topic"]["labels"] == 504 and said.count("category: more than 504 labels") == 192
