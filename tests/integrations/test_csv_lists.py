"""Lists as people save them: encodings, separators, quotation marks, damaged places, other kinds of files."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from marketplace.integrations.csv_lists import LONGEST_LINE, Column, CsvList, Row, Unreadable, UnusableList
from marketplace.integrations.list_errors import ErrorsFile, hidden, hide_codes, printable

COLUMNS = (
    Column("name", "nimi", "namn", "name", also=("nimi ja sukunimi",)),
    Column("phone", "puhelin", "telefon", "phone"),
    Column("note", "lisätieto", "anmärkning", "note", required=False),
)
HEAD = "nimi;puhelin;lisätieto\n"


def read(path: Path) -> tuple[CsvList, list[Row | Unreadable]]:
    with CsvList(path, COLUMNS, ("rivi", "syy"), "en") as listed:
        return listed, list(listed.rows())


def file_of(tmp_path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def names(rows: list[Row | Unreadable]) -> list[object]:
    return [row.values["name"] if isinstance(row, Row) else row.refused.code for row in rows]


def reasons(path: Path) -> list[tuple[str, object]]:
    with pytest.raises(UnusableList) as caught:
        read(path)
    return [(reason.code, reason.values.get("columns")) for reason in caught.value.reasons]


@pytest.mark.parametrize(
    ("encoding", "said"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16")]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_any_encoding_separator_and_line_end(
    tmp_path: Path, encoding: str, said: str, end: str, separator: str
) -> None:
    lines = ["nimi;puhelin;lisätieto", "Åsa Öster;040;ääni", "Väinö;050;"]
    text = end.join(line.replace(";", separator) for line in lines) + end
    listed, rows = read(file_of(tmp_path, text, encoding))
    assert (listed.encoding, listed.separator) == (said, separator)
    assert names(rows) == ["Åsa Öster", "Väinö"]
    assert [row.line for row in rows] == [2, 3]


def test_headers_in_any_language_and_capitals_and_order(tmp_path: Path) -> None:
    listed, rows = read(file_of(tmp_path, "PHONE;LISÄTIETO ;  NIMI  ja Sukunimi;rivi\n1;a;Aino;7\n"))
    assert isinstance(rows[0], Row)
    assert rows[0].values == {"phone": "1", "note": "a", "name": "Aino"}
    assert listed.header_of("name") == "NIMI  ja Sukunimi"
    assert listed.kept == {0, 1, 2}
    assert listed.width == 4


def test_every_fault_of_the_first_line_is_told_at_once(tmp_path: Path) -> None:
    assert reasons(file_of(tmp_path, "nimi;name;osoite;\nAino;1;2;3\n")) == [
        ("import_columns_missing", "phone"),
        ("import_columns_unknown", "“osoite”"),
        ("import_columns_twice", "name"),
    ]
    assert reasons(file_of(tmp_path, "Aino;0401234567\n")) == [("import_no_header", "name, phone, note")]


@pytest.mark.parametrize("content", ["", "\n\n  \n", "\ufeff", ";;;\n"])
def test_an_empty_file_says_so(tmp_path: Path, content: str) -> None:
    assert [code for code, _columns in reasons(file_of(tmp_path, content))] == ["import_empty"]


def test_other_kinds_of_files_are_told_apart(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    assert reasons(file_of(tmp_path, packed.getvalue()))[0][0] == "import_spreadsheet"
    assert reasons(file_of(tmp_path, b"\xd0\xcf\x11\xe0" + bytes(600)))[0][0] == "import_spreadsheet"
    assert reasons(file_of(tmp_path, b"%PDF-1.7 x"))[0][0] == "import_not_text"
    assert reasons(file_of(tmp_path, b"\x89PNG" + bytes(range(16)) * 4 + bytes(50)))[0][0] == "import_not_text"


def test_empty_lines_and_empty_columns_at_the_end_are_passed_over(tmp_path: Path) -> None:
    _listed, rows = read(file_of(tmp_path, "sep=;\nnimi;puhelin;;\n\nAino;1;;\n;;;\n  \nEero;2\n"))
    assert [(row.line, type(row)) for row in rows] == [(4, Row), (7, Row)]
    assert names(rows) == ["Aino", "Eero"]


def test_quoted_cells_may_hold_separators_quotes_and_lines(tmp_path: Path) -> None:
    _listed, rows = read(file_of(tmp_path, HEAD + '"Aino ""A""; B";1;"katu 1\n70100 Kuopio"\r\nEero;2;\n'))
    assert [row.line for row in rows] == [2, 4]
    assert isinstance(rows[0], Row)
    assert rows[0].values == {"name": 'Aino "A"; B', "phone": "1", "note": "katu 1\n70100 Kuopio"}


def test_a_quotation_mark_within_a_word_is_a_mark(tmp_path: Path) -> None:
    assert names(read(file_of(tmp_path, HEAD + 'Näyttö 5" Oy;1;\nEero;2;\n'))[1]) == ['Näyttö 5" Oy', "Eero"]


def test_a_forgotten_quotation_mark_takes_only_its_own_line(tmp_path: Path) -> None:
    good = "".join(f"Aino {n};{n};\n" for n in range(30))
    _listed, rows = read(file_of(tmp_path, HEAD + '"Eero;1;\n' + good + '"Helmi";2;"x"\n'))
    assert names(rows) == ["import_quote_open", *(f"Aino {n}" for n in range(30)), "Helmi"]
    assert [row.line for row in rows] == list(range(2, 34))
    assert names(read(file_of(tmp_path, HEAD + '"Eero;1;\n"Helmi";2;"x"\n'))[1]) == ["import_quote_open", "Helmi"]


def test_a_wrong_number_of_cells_takes_only_its_own_row(tmp_path: Path) -> None:
    _listed, rows = read(file_of(tmp_path, HEAD + "Aino;1;;x\nEero;2\nHelmi;3;\n"))
    assert names(rows) == ["import_cells_count", "import_cells_count", "Helmi"]
    assert isinstance(rows[0], Unreadable)
    assert rows[0].refused.values == {"cells": 4, "columns": 3}
    assert rows[0].cells == ["Aino", "1", "", "x"]


@pytest.mark.parametrize("mark", ["\0", "\x07", "\x1b[2J", "\ufffd"])
def test_marks_that_no_text_has_spoil_only_their_row(tmp_path: Path, mark: str) -> None:
    filler = "".join(f"Åsa {n};{n};\n" for n in range(20))
    _listed, rows = read(file_of(tmp_path, HEAD + f"Ai{mark}no;1;\n" + filler))
    assert isinstance(rows[0], Unreadable)
    assert (rows[0].refused.code, rows[0].refused.field) == ("import_unreadable_mark", "name")
    assert len(rows) == 21
    assert all(isinstance(row, Row) for row in rows[1:])


def test_a_damaged_place_does_not_make_utf8_another_encoding(tmp_path: Path) -> None:
    content = (HEAD + "Åsa Öster;1;ääni\n").encode() + b"V\xe4in\xf6;2;\n"
    listed, rows = read(file_of(tmp_path, content))
    assert listed.encoding == "UTF-8"
    assert names(rows) == ["Åsa Öster", "import_unreadable_mark"]


def test_lines_and_cells_without_end(tmp_path: Path) -> None:
    long_cell = "a" * (LONGEST_LINE // 2)
    _listed, rows = read(file_of(tmp_path, HEAD + f"{long_cell};1;\n" + "b" * 500_000 + ";1;\nEero;2;\n"))
    assert names(rows) == ["import_cell_too_long", "import_line_too_long", "Eero"]
    assert [row.line for row in rows] == [2, 3, 4]


def test_a_huge_list_is_read_with_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    with path.open("w", encoding="cp1252") as file:
        file.write(HEAD)
        for number in range(40_000):
            file.write(f"Väinö Esimerkki {number};040 123 {number % 10000:04d};jotakin ääkkösillä\n")
    tracemalloc.start()
    with CsvList(path, COLUMNS, (), "fi") as listed:
        before, _peak = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        count = sum(isinstance(row, Row) for row in listed.rows())
        _now, peak = tracemalloc.get_traced_memory()
        assert listed.position == listed.size
    tracemalloc.stop()
    assert count == 40_000
    assert peak - before < 2_000_000


def test_no_cell_of_the_errors_file_is_a_formula_and_it_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "errors.csv"
    evil = ["=1+1", "+358401234567", "@SUM(A1)"]
    with ErrorsFile(path, ";", ["rivi", "sarake", "syy", "nimi", "puhelin", "lisätieto"]) as errors:
        errors.add(5, "=cmd", "-2", evil)
    text = path.read_text("utf-8-sig")
    assert text.splitlines()[1] == "5;'=cmd;'-2;'=1+1;'+358401234567;'@SUM(A1)"
    assert path.stat().st_mode & 0o077 == 0
    assert not path.with_name("errors.csv.part").exists()
    with CsvList(path, COLUMNS, ("rivi", "sarake", "syy"), "fi") as listed:
        (row,) = listed.rows()
    assert isinstance(row, Row)
    assert list(row.values.values()) == evil


def test_identity_codes_are_masked_and_telephone_numbers_are_not() -> None:
    assert hidden("131052-308T") == "1310*******"
    assert hidden("131") == "131"
    assert hide_codes("Aino 131052-308T, 131052308t!") == "Aino 1310*******, 1310******!"
    assert hide_codes("030171-911E;150789-9531") == "0301*******;1507*******"
    for harmless in ("040123-4567", "0401234567", "FI2112345600000785", "003712345671", "1234567-1"):
        assert hide_codes(harmless) == harmless


def test_what_is_printed_is_one_short_line() -> None:
    assert printable("a\n b\x1b[31m") == "a b?[31m"
    assert len(printable("x" * 500)) == 60
