"""Fields of the context that `audit` names beside another one in which they lie."""

from __future__ import annotations

import pytest

from tests.support.policies import CATALOG, POLICY, findings

FOUND: dict[str, tuple[str, list[tuple[int, str, str, str]]]] = {
    "one in another": (
        "{device: keep, device.fingerprint: hmac}",
        [(27, "device.fingerprint", "device", "keep")],
    ),
    "further down, named before it": (
        "{a.b.c.d: keep, a.b: drop}",
        [(13, "a.b.c.d", "a.b", "drop")],
    ),
    "a ladder, each step in the first": (
        "{a: hmac, a.b: hmac, a.b.c: hmac}",
        [(22, "a.b", "a", "hmac"), (33, "a.b.c", "a", "hmac")],
    ),
}
"""What is written, and of each finding the column, the field, the one it lies in, and how that is recorded."""

SILENT: dict[str, str] = {
    "beside each other": "{device.system: keep, device.fingerprint: hmac}",
    "one word that begins with another": "{device: keep, device_id: hmac, device-id.x: drop}",
    "nothing": "{}",
}


@pytest.mark.parametrize("case", FOUND)
def test_it_is_told_with_its_place(case: str) -> None:
    written, told = FOUND[case]
    assert findings(POLICY, f"{CATALOG}audit:\n  context: {written}\n") == [
        f"catalog.yaml:17:{column}: PE419 `{path}` lies in `{above}`, and `{above}: {way}` holds for all that is in it "
        f"/ delete `{above}` and name each field in it that is recorded; or delete `{path}`"
        for column, path, above, way in told
    ]


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert findings(POLICY, f"{CATALOG}audit:\n  context: {SILENT[case]}\n") == []


def test_without_a_context_there_is_nothing_to_tell() -> None:
    assert findings(POLICY, f"{CATALOG}audit: {{subject: drop}}\n") == []
