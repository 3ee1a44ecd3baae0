"""Short texts by their views: which are found, and when Arrow has to be asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from policy_engine.evaluator.arrow import ArrowColumn, arrow_column
from policy_engine.evaluator.coded import coded
from policy_engine.evaluator.short_texts import ShortTexts, hashed


def _column(texts: list[str | None]) -> ArrowColumn:
    column = arrow_column(pa.array(texts, pa.string_view()))
    assert column is not None
    return column


def _read(texts: list[str | None]) -> list[Any]:
    of_column = coded(_column(texts))
    codes = of_column.codes(0, len(texts))
    assert codes is not None
    return [of_column.values[code] for code in codes]


def test_texts_are_told_apart_by_every_letter_and_by_their_length() -> None:
    texts = ["", "a", "a\0", "gold", "golf", "twelve bytes", "twelve bytez", "four", "fourfour", "fourfive", None, "ä"]
    assert _read(texts * 3) == texts * 3


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_texts_are_found_in_part_of_an_array_and_over_several(kind: pa.DataType) -> None:
    texts = ["gold", None, "", "thirteen byte", *["four"] * 40_000, None, "gold"]
    whole = pa.array(["before", None, *texts, "behind"], kind)
    parts = pa.chunked_array([whole.slice(2, 3), whole.slice(5, len(texts) - 3)])
    for given in (whole.slice(2, len(texts)), parts):
        column = arrow_column(given)
        assert column is not None
        of_column = coded(column)
        codes = of_column.codes(0, len(texts))
        assert codes is not None
        assert [of_column.values[code] for code in codes] == texts


def test_what_stands_where_a_null_is_does_not_count() -> None:
    ends = pa.py_buffer(np.array([0, 2, 4, 5], dtype=np.int32))
    given = pa.StringArray.from_buffers(3, ends, pa.py_buffer(b"\xff\xfeabc"), pa.py_buffer(b"\x06"))
    column = arrow_column(given)
    assert column is not None
    of_column = coded(column)
    codes = of_column.codes(0, 3)
    assert codes is not None
    assert [of_column.values[code] for code in codes] == [None, "ab", "c"]


def test_arrow_makes_no_views_of_gigabytes_and_has_to_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    class _Huge:
        type = pa.large_string()

        def cast(self, kind: object) -> object:
            raise pa.ArrowCapacityError(f"too large for {kind}")

    monkeypatch.setattr("policy_engine.evaluator.arrow._from_its_first", lambda _: _Huge())
    column = arrow_column(pa.array(["gold", None, "gold"], pa.large_string()))
    assert column is not None
    assert column.views(0, 3) is None
    of_column = coded(column)
    codes = of_column.codes(0, 3)
    assert codes is not None
    assert [of_column.values[code] for code in codes] == ["gold", None, "gold"]


def test_a_text_of_more_than_twelve_bytes_is_found_as_well() -> None:
    texts = ["gold", "thirteen byte", "thirteen bytf", None, "gold"]
    assert _read(texts) == texts


def test_more_texts_than_are_kept_are_found_as_well() -> None:
    texts: list[str | None] = [str(number) for number in range(6000)]
    of_column = coded(_column(texts * 2))
    for begin in (0, 6000):
        codes = of_column.codes(begin, begin + 6000)
        assert codes is not None
        assert [of_column.values[code] for code in codes] == texts


def test_two_texts_with_one_hash_are_no_longer_looked_up() -> None:
    known = ShortTexts()
    met: list[str] = []

    def number(text: str) -> int:
        met.append(text)
        return len(met)

    read = _column([f"{number * 7919 % 1009:x}/{number}" for number in range(1000)]).views(0, 1000)
    assert read is not None
    assert known.places(*read, number) is None
    assert known.places(read[0][:1], None, number) is None


def test_numbers_of_texts_are_those_of_whoever_counts_them() -> None:
    read = _column(["b", None, "a", "b"]).views(0, 4)
    assert read is not None
    found = ShortTexts().places(*read, {"a": 7, "b": 9}.__getitem__)
    assert found is not None
    assert found.tolist() == [9, 0, 7, 9]
    assert np.shape(found) == (4,)


def test_of_two_texts_with_one_hash_the_second_half_tells() -> None:
    many = 70_000  # more than there are hashes
    read = _column([f"abcd{number:08d}" for number in range(many)]).views(0, many)
    assert read is not None
    views = read[0]
    hashes = hashed(views[:, 0], views[:, 1])
    order = np.argsort(hashes, kind="stable")
    alike = int(np.flatnonzero(np.diff(hashes[order]) == 0)[0])
    pair = views[order[alike : alike + 2]]
    known = ShortTexts()
    assert known.places(pair[:1], None, lambda _: 1) is not None
    # Both cannot be in the table, and the one is never taken for the other
    assert known.places(pair[1:], None, lambda _: 2) is None
