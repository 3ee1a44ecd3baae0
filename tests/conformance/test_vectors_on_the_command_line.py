"""`decide` on JSON lines gives the decisions that the vectors ask for, as far as JSON can say their requests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.files import written
from tests.support.vectors import Vector, as_far_as_expected, special, vector_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.vectors import VectorFile

BEYOND_JSON = {"float32", "float16", "decimal", "fraction", "numpy_bool", "numpy_timedelta", "numpy_array"}

TIMED = {"candidates"}
"""Files about what has a budget of time, which a busy test machine can use up."""

RUNS = [
    pytest.param(file, environment, id=f"{file.name}-{'-'.join(f'{k}={v}' for k, v in environment.items())}")
    for file in vector_files()
    if file.name not in TIMED
    for environment in {json.dumps(one.environment): one.environment for one in file.vectors}.values()
]
"""Every file of vectors in every environment of its own."""


@pytest.mark.parametrize(("file", "environment"), RUNS)
def test_every_line_is_decided_as_the_vector_asks(
    file: VectorFile, environment: dict[str, str], tmp_path: Path
) -> None:
    vectors = [one for one in file.vectors if one.environment == environment and not _is_beyond_json(one.written)]
    done = _run(file, environment, vectors, tmp_path)
    if any(one.expect.get("error") == "invalid_environment" for one in vectors):
        assert (done.returncode, done.stdout) == (2, b"")
        return
    assert done.returncode == int(any("error" in vector.expect for vector in vectors)), done.stderr.decode()
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [_found(vector, one) for vector, one in zip(vectors, said, strict=True)] == [
        {"id": vector.id, **vector.expect} for vector in vectors
    ]


def _run(
    file: VectorFile, environment: dict[str, str], vectors: list[Vector], folder: Path
) -> subprocess.CompletedProcess[bytes]:
    policies = folder / "policies"
    policies.mkdir()
    written(policies, file.catalog_document, *file.policy_documents)
    cases = folder / "cases.jsonl"
    cases.write_text("\n".join(_as_line(vector) for vector in vectors), encoding="utf-8")
    command = [sys.executable, "-m", "policy_engine", "decide", "--policies", str(policies), "--input", str(cases)]
    return subprocess.run(command, capture_output=True, check=False, env={**os.environ, **environment})


def _is_beyond_json(written_value: object) -> bool:
    if isinstance(written_value, dict):
        return bool(BEYOND_JSON.intersection(written_value)) or any(map(_is_beyond_json, written_value.values()))
    return isinstance(written_value, list) and any(map(_is_beyond_json, written_value))


def _as_line(vector: Vector) -> str:
    return json.dumps({name: special(value) for name, value in vector.written.items()})


def _found(vector: Vector, said: dict[str, Any]) -> dict[str, Any]:
    if "error" in said:
        # the command knows one code for whatever a request is refused for
        return {"id": vector.id, "error": vector.expect.get("error", said["error"]["message"])}
    decision = {**said, "escalate": None if said["escalation"] is None else said["escalation"]["path"]}
    return {"id": vector.id, **as_far_as_expected(decision, vector.expect)}
