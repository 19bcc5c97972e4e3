#!/usr/bin/python3
"""publish.py - sends one report to an ingest socket, as an integrator would who knows nothing but proto/ingest.proto.

publish.py ENDPOINT MESSAGE_ID TEXT.  Prints the status and the tracking code of the receipt; exit code 1 when none comes.
"""

import importlib
import pathlib
import subprocess
import sys
import tempfile

import zmq

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"


def contract():
    folder = tempfile.mkdtemp()
    subprocess.run(["protoc", f"--proto_path={PROTO}", f"--python_out={folder}", "ingest.proto"], check=True)
    sys.path.insert(0, folder)
    return importlib.import_module("ingest_pb2")


def main():
    endpoint, message_id, text = sys.argv[1:]
    ingest = contract()
    report = ingest.Report(source="compose-test", source_message_id=message_id, channel=ingest.CHANNEL_WEB, text=text)
    context = zmq.Context()
    socket = context.socket(zmq.DEALER)
    socket.linger = 0
    socket.connect(endpoint)
    for _ in range(10):  # a client that gets no receipt sends the same again
        socket.send(report.SerializeToString())
        if socket.poll(3000):
            receipt = ingest.Receipt.FromString(socket.recv())
            if receipt.status != ingest.STATUS_RETRY_LATER:
                print(ingest.Status.Name(receipt.status), receipt.tracking_code, receipt.reason)
                return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
