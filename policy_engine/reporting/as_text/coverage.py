"""What tests reach, for people: a table of all policies, then everything that no test reaches, with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.printable import printable
from policy_engine.reporting.as_text.paint import PLAIN, Paint
from policy_engine.reporting.as_text.table import table
from policy_engine.reporting.as_text.wrapped import wrapped_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.reporting.coverage import Coverage

_HEAD = ("tests reach", "bands", "overrides", "knock-outs", "edges", "of all")
_ALL = 100.0


def coverage_as_text(
    found: Sequence[Coverage], *, threshold: float | None = None, paint: Paint = PLAIN, wrap: int | None = None
) -> str:
    """Return what no test reaches, then how much of each policy is reached: less than *threshold* stands out."""
    lines = []
    for one in found:
        for kind in one.kinds.values():
            for missing in kind.missing:
                place = f"{printable(one.file)}:{missing.span.line}:{missing.span.column}:"
                message = wrapped_text(f"{place} {printable(missing.message)}", "    ", wrap)
                lines.append(message.replace(place, paint.strong(place), 1))
    lines += [""] if lines else []
    rows = [_HEAD, *(_row(one) for one in found)]
    head, *body = table(rows, right=range(1, len(_HEAD)))
    lines.append(paint.faint(head))
    for line, one, row in zip(body, found, rows[1:], strict=True):
        is_enough = threshold is None or one.is_at_least(threshold)
        colour = paint.error if not is_enough else paint.good if one.percent == _ALL else paint.warning
        lines.append(line.removesuffix(row[-1]) + colour(row[-1]))
    return "".join(f"{line}\n" for line in lines)


def _row(one: Coverage) -> tuple[str, ...]:
    counts = (f"{kind.reached:,}/{kind.of:,}" if kind.of else "-" for kind in one.kinds.values())
    name = f"{one.policy.use_case} {one.policy.version}" + (" (candidate)" if one.policy.stage is not None else "")
    return (printable(name), *counts, f"{one.percent:.1f} %")


def below_threshold(found: Sequence[Coverage], threshold: float) -> str:
    """Return a line for each policy of which less than *threshold* percent is reached; empty where there is none."""
    return "\n".join(
        f"the tests of `{one.policy.use_case}` version {one.policy.version} reach {one.percent:.1f} % of it, "
        f"and {threshold:g} % are asked for"
        for one in found
        if not one.is_at_least(threshold)
    )
