"""The README's client, run as it is printed."""

import os
import re
import subprocess
import sys

from harness import contract

CLIENT = re.compile(r"<!-- client -->\n```python\n(.*?)```\n<!-- /client -->", re.DOTALL)


def test_the_client_of_the_readme_publishes_a_report_and_gets_its_receipt(cluster, tmp_path):
    code = CLIENT.search((contract.ROOT / "README.md").read_text()).group(1)
    assert len(code.splitlines()) <= 30
    (tmp_path / "client.py").write_text(code)
    subprocess.run(["protoc", f"--python_out={tmp_path}", f"--proto_path={contract.ROOT}/proto", "ingest.proto"], check=True)

    def run():
        done = subprocess.run([sys.executable, str(tmp_path / "client.py"), cluster.endpoint], capture_output=True, text=True,
                              timeout=60, env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=True)
        return done.stdout.split()

    status, code_given = run()
    assert status == "STATUS_ACCEPTED"
    assert cluster.value("SELECT count(*) FROM reports WHERE tracking_code = %s", (code_given,)) == 1
    assert run() == ["STATUS_ALREADY_ACCEPTED", code_given]
