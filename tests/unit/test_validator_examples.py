"""What a message says to write can be written: every example is one that the models take."""

from __future__ import annotations

from inspect import isclass
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine import model as models
from policy_engine.lint import as_written
from policy_engine.loader import read_document
from policy_engine.model import Catalog, Policy, promises
from policy_engine.model._base import Written
from policy_engine.validator._examples import example_entries, example_mapping
from policy_engine.validator._shape import Entries, mappings_of, shape_of
from policy_engine.validator._wording import noun

if TYPE_CHECKING:
    from pydantic import BaseModel

MAPPINGS = {**mappings_of(Policy), **mappings_of(Catalog)}
MODELS: dict[str, type[BaseModel]] = {
    name: one
    for name, one in {**vars(promises), **vars(models)}.items()
    if isclass(one) and issubclass(one, Written) and one is not Written
}
BANDS: dict[str, Any] = {
    "none": {},
    "riskier": {"bands": [{"name": "deny"}, {"name": "ask"}, {"name": "pass"}], "score": {"higher_is": "riskier"}},
    "safer": {"bands": [{"name": "pass"}, {"name": "deny"}], "score": {"higher_is": "safer"}},
    "one": {"bands": [{"name": "only"}]},
}
OPEN = sorted(
    {
        (name, key)
        for name, keys in MAPPINGS.items()
        for key, shape in keys.keys.items()
        if name != "Given" and isinstance(shape, Entries) and example_entries(name, key, {}) is not None
    }
)


def _read(text: str) -> Any:  # noqa: ANN401 - a document's data may be any
    document, found = read_document(f"written: {text}\n".encode(), "example.yaml")
    assert found == ()
    return document.data["written"]


def test_every_mapping_of_the_language_has_a_model_here() -> None:
    assert MAPPINGS.keys() == MODELS.keys()


@pytest.mark.parametrize("bands", BANDS)
@pytest.mark.parametrize("name", MAPPINGS)
def test_the_example_of_a_mapping_is_one_of_it(name: str, bands: str) -> None:
    example = _read(as_written(example_mapping(MAPPINGS[name], BANDS[bands])))
    assert MODELS[name].model_validate(example)
    assert example.keys() >= MAPPINGS[name].required


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_mapping_has_a_name_that_a_reader_knows(name: str) -> None:
    assert noun(MAPPINGS[name]) != "this mapping"


@pytest.mark.parametrize(("name", "key"), OPEN)
def test_the_example_of_a_mapping_of_names_is_taken_where_it_has_its_place(name: str, key: str) -> None:
    beside = example_mapping(shape_of(MODELS[name]), {})
    if key == "scores":
        del beside["score"], beside["on_invalid"]
    written = {**beside, key: _read(as_written(example_entries(name, key, {})))}
    assert MODELS[name].model_validate(written)
