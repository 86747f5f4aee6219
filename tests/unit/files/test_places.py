"""Mistakes and gaps of a hotel's file, by line."""

from pathlib import Path

import pytest

from hotel_agent.adapters.files.places import Places
from hotel_agent.adapters.files.tenants import demo_source
from hotel_agent.entrypoints.checking import Finding, findings
from hotel_agent.entrypoints.cli import main

TEXT = '''name = "x"
a.b = 1

[times]
check_in_from = "15:00"  # [not.a.table]
"two words" = 3

[[rooms]]
price = 1
[rooms.more]
deep = [
  "x",
  "y = 2",
]
[[rooms]]
price = """
fake = 1
[fake]
"""
last = 1
'''
LEAST = 'name = "Casa"\ntimezone = "Europe/Madrid"\ncountry = "ES"\ncurrency = "EUR"\n'


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("name", 1),
        ("a.b", 2),
        ("times", 4),
        ("times.check_in_from", 5),
        ("times.two words", 6),
        ("rooms[1]", 8),
        ("rooms[1].price", 9),
        ("rooms[1].more.deep", 11),
        ("rooms[2].price", 16),
        ("rooms[2].last", 20),
        ("times.absent", 4),
        ("rooms[2].absent.deeper", 15),
        ("fake", 1),
        ("not.a.table", 1),
    ],
)
def test_every_key_has_its_line_and_an_absent_one_that_of_its_table(path: str, line: int) -> None:
    assert Places.of(TEXT).line(path) == line


def found_in(folder: Path, text: str) -> list[Finding]:
    file = folder / "casa.toml"
    file.write_text(text, "utf-8")
    return findings(file)


def told(found: list[Finding], *, mistake: bool) -> dict[str, int]:
    return {one.text.partition(": ")[0]: one.line for one in found if one.mistake is mistake}


def test_mistakes_and_gaps_are_found_together(tmp_path: Path) -> None:
    found = found_in(tmp_path, LEAST + '[times]\ncheck_in_from = "25:00"\nchek = 1\n[knowledge.pool]\nes = "No."\n')
    assert told(found, mistake=True) == {"times.check_in_from": 6, "times.chek": 7}
    gaps = told(found, mistake=False)
    assert gaps["knowledge.pool.en"] == 8
    for missing in ("contact.phone", "contact.address", "knowledge.cancellation", "staff.hours", "answers.location"):
        assert gaps[missing] == 1


def test_what_is_wrong_is_not_missing_too(tmp_path: Path) -> None:
    found = found_in(tmp_path, LEAST + '[contact]\nphone = "x"\n')
    assert "contact.phone" in told(found, mistake=True)
    assert "contact.phone" not in told(found, mistake=False)


def test_times_that_contradict_each_other_are_gaps(tmp_path: Path) -> None:
    text = LEAST + '[times]\ncheck_in_from = "14:00"\ncheck_out_until = "16:00"\n[answers]\ncheck_in = "Desde las 15:00."\n'
    gaps = told(found_in(tmp_path, text), mistake=False)
    assert (gaps["times.check_out_until"], gaps["answers.check_in"]) == (7, 9)


def test_a_language_that_a_text_lacks_is_a_gap(tmp_path: Path) -> None:
    gaps = told(found_in(tmp_path, LEAST + '[answers.payment]\nes = "Efectivo."\n'), mistake=False)
    assert gaps["answers.payment.en"] == 5


def test_text_that_is_not_toml_is_told_with_its_line(tmp_path: Path) -> None:
    [one] = found_in(tmp_path, 'name = "x"\nbroken\n')
    assert (one.line, one.mistake) == (2, True)


def test_mistakes_beside_the_file_are_told_with_their_own_place(tmp_path: Path) -> None:
    folder = tmp_path / "casa"
    folder.mkdir()
    (folder / "faq.es.md").write_text("\n## ¿Uno?\n", "utf-8")
    (folder / "messages.es.ftl").write_text("greeting = Hola\n\nnope = No\nconfirmed = Listo\n", "utf-8")
    found = [one for one in found_in(tmp_path, LEAST) if one.mistake]
    assert {(Path(one.file).name, one.line) for one in found} == {
        ("faq.es.md", 2),
        ("messages.es.ftl", 3),
        ("messages.es.ftl", 4),
    }


def test_the_demo_hotel_has_neither_mistakes_nor_gaps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "demo.toml"
    file.write_text(demo_source(), "utf-8")
    assert main(["check-hotel", str(file)]) == 0
    assert capsys.readouterr().out == "0 mistakes, 0 gaps\n"


def test_anything_found_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "casa.toml"
    file.write_text(LEAST, "utf-8")
    assert main(["check-hotel", str(file)]) == 1
    assert f"{file}:1: gap: contact.phone: no telephone" in capsys.readouterr().out
    assert main(["check-hotel", "--json", str(file)]) == 1
    assert '"kind": "gap"' in capsys.readouterr().out


def test_a_file_that_is_not_there_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-hotel", str(tmp_path / "none.toml")]) == 1
    assert "cannot be read" in capsys.readouterr().out
