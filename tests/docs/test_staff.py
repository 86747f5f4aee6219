import subprocess
import sys
from pathlib import Path
from typing import Any


def test_the_signature_example_runs(tmp_path: Path, examples: Any) -> None:
    [example] = examples("docs/staff.md", "python")
    command = [sys.executable, "-W", "error", "-c", example.body]
    result = subprocess.run(command, capture_output=True, cwd=tmp_path, text=True, timeout=90, check=False)
    assert result.returncode == 0, result.stderr
