import subprocess
import sys
from pathlib import Path
from typing import Any

MAX_LINES = 25


def test_the_embedding_example_books_a_room(tmp_path: Path, examples: Any) -> None:
    [example] = examples("docs/library.md", "python")
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", example.body],
        capture_output=True,
        cwd=tmp_path,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.rstrip().endswith("confirmed")


def test_the_embedding_example_is_short(examples: Any) -> None:
    [example] = examples("docs/library.md", "python")
    assert len(example.body.splitlines()) < MAX_LINES
