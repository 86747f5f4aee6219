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
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.rstrip().endswith("confirmed")


def test_the_embedding_example_is_short(examples: Any) -> None:
    [example] = examples("docs/library.md", "python")
    assert len(example.body.splitlines()) < MAX_LINES


def test_the_embedding_example_passes_a_users_strict_type_check(tmp_path: Path, examples: Any) -> None:
    [example] = examples("docs/library.md", "python")
    program = tmp_path / "embed.py"
    program.write_text(example.body, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path / 'cache'}", str(program)]
    result = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path, text=True, timeout=280)
    assert result.returncode == 0, result.stdout
