"""Web Push as an independent library reads it: 1,000 random payloads that our C code encrypted, and the token of each."""

import base64
import contextlib
import json
import pathlib
import random
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.cluster import VAPID_KEY
from harness.letters import post
from harness.servers import BIN

HERE = pathlib.Path(__file__).resolve().parent
PAYLOADS, PLAIN_MOST = 1000, 3993
SETTINGS = {"PUSH_SUBJECT": "mailto:tests@example.org", "VAPID_PRIVATE_KEY": VAPID_KEY, "PUSH_ALLOW_LOOPBACK": "yes"}


def public_key():
    """The point that belongs to VAPID_KEY, by another library than ours."""
    secret = int.from_bytes(base64.urlsafe_b64decode(VAPID_KEY + "="), "big")
    point = ec.derive_private_key(secret, ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def node_folder():
    """push_reader.mjs with its libraries, installed once beside the programs."""
    folder = pathlib.Path(BIN).parent / "node-legs"
    folder.mkdir(exist_ok=True)
    wanted = (HERE / "package.json").read_text(encoding="utf-8")
    installed = folder / "installed.json"
    shutil.copy(HERE / "package.json", folder)
    shutil.copy(HERE / "push_reader.mjs", folder)
    if not installed.exists() or installed.read_text(encoding="utf-8") != wanted:
        subprocess.run(["npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        installed.write_text(wanted, encoding="utf-8")
    return folder


@contextlib.contextmanager
def reader(node_folder, out, phones):
    process = subprocess.Popen(["node", "push_reader.mjs", str(phones), public_key(), str(out)], cwd=node_folder, stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def random_text(number, dice):
    """UTF-8 without NUL, of every length that matters."""
    length = {0: 0, 1: 1, 2: PLAIN_MOST - 1, 3: PLAIN_MOST}.get(number, dice.randrange(PLAIN_MOST + 1))
    letters = [chr(dice.choice([dice.randrange(1, 0x80), dice.randrange(0x80, 0x800), dice.randrange(0xa980, 0xa9e0), 0x1f6a7]))
               for _ in range(length)]
    text = ""
    size = 0
    for letter in letters:
        if size + len(letter.encode()) > length:
            break
        text += letter
        size += len(letter.encode())
    return text + "x" * (length - size)


def test_an_independent_library_reads_every_payload(node_folder, tmp_path):
    dice = random.Random(8291)
    out = tmp_path / "read.jsonl"
    texts = [random_text(i, dice) for i in range(PAYLOADS)]
    with reader(node_folder, out, 50) as push:
        letters = [{"leg": "webpush", "to": f"{push['url']}/push/{i % 50}", **push["phones"][i % 50], "payload": text, "tag": f"n{i}",
                    "ttl_s": 60 + i, "priority": 1 + i % 5} for i, text in enumerate(texts)]
        posted = post(letters, **SETTINGS)
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if "error" in line] == []
    assert posted.endings() == ["accepted"] * PAYLOADS
    by_topic = {line["topic"]: line for line in lines}
    assert len(lines) == len(by_topic) == PAYLOADS
    for i, text in enumerate(texts):
        line = by_topic[f"n{i}"]
        assert base64.b64decode(line["plain"]) == text.encode()
        assert line["ttl"] == str(60 + i) and line["phone"] == i % 50
        assert line["urgency"] == {1: "low", 2: "normal"}.get(1 + i % 5, "high")
    assert max(line["bytes"] for line in lines) == 4096


def test_what_the_reader_would_not_have_read(node_folder, tmp_path):
    """The reader itself: keys of another phone, another server key, and too long a text are seen."""
    out = tmp_path / "read.jsonl"
    with reader(node_folder, out, 2) as push:
        letter = {"leg": "webpush", "to": f"{push['url']}/push/0", "payload": "x", "tag": "a", "ttl_s": 60, "priority": 5}
        swapped = post([{**letter, **push["phones"][1]}], **SETTINGS)
        other = base64.urlsafe_b64encode((1956).to_bytes(32, "big")).rstrip(b"=").decode()
        unsigned = post([{**letter, **push["phones"][0]}], **{**SETTINGS, "VAPID_PRIVATE_KEY": other})
        long = post([{**letter, **push["phones"][0], "payload": "x" * (PLAIN_MOST + 1)}], **SETTINGS)
    errors = [json.loads(line)["error"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert swapped.endings() == unsigned.endings() == ["refused"] and len(errors) == 2 and errors[1] == "another key"
    assert long.endings() == ["refused"] and long.answers[0]["status"] == 0  # never sent
