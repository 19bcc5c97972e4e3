"""proto/ingest.proto as Python classes, and sample reports made up for the tests."""

import atexit
import importlib
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def _generate():
    """Runs protoc into a folder that lives as long as this process; processes that it starts find it there."""
    folder = os.environ.get("KENTONGAN_PROTO_PYTHON")
    if folder is None:
        folder = os.environ["KENTONGAN_PROTO_PYTHON"] = tempfile.mkdtemp(prefix="kentongan-proto-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        command = ["protoc", f"-I{ROOT}/proto", f"--python_out={folder}", "ingest.proto", "stages.proto"]
        subprocess.run(command, cwd=ROOT / "proto", check=True)
    sys.path.insert(0, folder)
    return importlib.import_module("ingest_pb2"), importlib.import_module("stages_pb2")


ingest, stages = _generate()
Report = ingest.Report
Receipt = ingest.Receipt

ACCEPTED = ingest.STATUS_ACCEPTED
ALREADY_ACCEPTED = ingest.STATUS_ALREADY_ACCEPTED
REJECTED = ingest.STATUS_REJECTED
RETRY_LATER = ingest.STATUS_RETRY_LATER

MATTERS = [
    "Jalan berlubang dalam di depan {place} {town}, sudah ada dua motor jatuh minggu ini",
    "Lampu penerangan jalan dekat {place} {town} padam sejak malam Selasa",
    "Sampah menumpuk di belakang {place} {town}, baunya sampai ke rumah warga",
    "Air PDAM di sekitar {place} {town} tidak mengalir tiga hari",
    "Jembatan kecil menuju {place} {town} retak dan pagarnya lepas",
    "Got mampet di samping {place} {town}, kalau hujan airnya naik ke jalan",
    "Dalan ngarep {place} {town} rusak abot, nyuwun didandani",
    "Antrean di puskesmas dekat {place} {town} terlalu lama, petugas loket hanya satu",
    "Pungutan liar parkir di {place} {town}, mohon ditertibkan",
    "Banjir merendam jalan depan {place} {town} setinggi lutut",
]
PLACES = ["pasar", "balai desa", "SD Negeri", "masjid besar", "terminal", "lapangan", "kantor kecamatan", "pos ronda", "puskesmas"]
TOWNS = {
    "Salatiga": "33.73", "Kota Semarang": "33.74", "Kota Tegal": "33.76", "Kudus": "33.19", "Demak": "33.21", "Klaten": "33.10",
    "Blora": "33.16", "Wonosobo": "33.07", "Rembang": "33.17", "Jepara": "33.20",
}


def report(source, message_id, text=None, **fields):
    """A report that is accepted as it stands; fields replace or add."""
    message = Report(source=source, source_message_id=message_id, channel=ingest.CHANNEL_WHATSAPP)
    message.text = text if text is not None else f"Lampu jalan di gang {message_id} Salatiga padam"
    for name, value in fields.items():
        if isinstance(value, dict):
            for inner, inner_value in value.items():
                setattr(getattr(message, name), inner, inner_value)
        elif isinstance(value, list):
            getattr(message, name).extend(value)
        else:
            setattr(message, name, value)
    return message


def random_report(source, message_id, chance):
    """A report as citizens send them; about a third repeat a matter that was reported before."""
    town, region = chance.choice(list(TOWNS.items()))
    number = chance.randrange(4) if chance.random() < 0.3 else chance.randrange(10**9)
    text = chance.choice(MATTERS).format(place=chance.choice(PLACES), town=town) + f", nomor {number}"
    message = report(source, message_id, text, channel=chance.randint(1, 14), anonymous=chance.random() < 0.1)
    if chance.random() < 0.5:
        message.place.region_code = region
    if chance.random() < 0.7:
        message.reporter.name = f"Warga {message_id}"
        message.reporter.phone = f"08{chance.randrange(10**9, 10**10)}"
    return message


def seeded(seed):
    """Chance that repeats itself for the same seed, whatever type it has."""
    return random.Random(str(seed))
