"""`decide` on JSON lines gives the decisions that the vectors ask for, as far as JSON can say their requests."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.files import written
from tests.support.vectors import Vector, VectorFile, special, vector_files

if TYPE_CHECKING:
    from pathlib import Path

BEYOND_JSON = {"float32", "float16", "decimal", "fraction", "numpy_bool", "numpy_timedelta", "numpy_array"}


@pytest.mark.parametrize("file", vector_files(), ids=lambda one: one.name)
def test_every_line_is_decided_as_the_vector_asks(file: VectorFile, tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    policies.mkdir()
    written(policies, file.catalog_document, *file.policy_documents)
    vectors = [vector for vector in file.vectors if not any(_is_beyond_json(one) for one in vector.written.values())]
    cases = tmp_path / "cases.jsonl"
    cases.write_text("\n".join(_as_line(vector) for vector in vectors), encoding="utf-8")
    command = [sys.executable, "-m", "policy_engine", "decide", "--policies", str(policies), "--input", str(cases)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == int(any("error" in vector.expect for vector in vectors)), done.stderr.decode()
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [_found(vector, one) for vector, one in zip(vectors, said, strict=True)] == [
        {"id": vector.id, **vector.expect} for vector in vectors
    ]


def _is_beyond_json(written_value: object) -> bool:
    return isinstance(written_value, dict) and bool(BEYOND_JSON.intersection(written_value))


def _as_line(vector: Vector) -> str:
    return json.dumps({name: special(value) for name, value in vector.written.items()})


def _found(vector: Vector, said: dict[str, Any]) -> dict[str, Any]:
    if "error" in said:
        # the command knows one code for whatever a request is refused for
        return {"id": vector.id, "error": vector.expect.get("error", said["error"]["message"])}
    decision = {**said, "escalate": None if said["escalation"] is None else said["escalation"]["path"]}
    return {"id": vector.id, **{name: decision[name] for name in vector.expect}}
