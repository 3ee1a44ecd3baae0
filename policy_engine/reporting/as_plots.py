"""The curves of a threshold as pictures, PNG and SVG. Needs matplotlib, the extra `plots`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from policy_engine.reporting.as_html.measured import measured_at
from policy_engine.reporting.as_html.words import costs_of
from policy_engine.reporting.drawing import FORMS, drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_CURVES: Final = {"precision": ("#0b57b0", "--"), "recall": ("#a23e00", "-"), "f1": ("#1b6e3c", ":")}
_CHOICES: Final = {"empirical": ("#806300", "--", "best on these cases"), "guaranteed": ("#17663a", "-", "guaranteed")}


def plots_of(threshold: Mapping[str, Any], tuning: Mapping[str, Any]) -> dict[str, bytes]:
    """Return each picture by the name of its file, of the parts of a page that are called so."""
    found: dict[str, bytes] = {}
    for name, draw in _PICTURES.items():
        on_figure = partial(_on_figure, draw, threshold, tuning)
        found |= {f"{name}.{form}": drawn(on_figure, form) for form in FORMS}
    return found


def _on_figure(
    draw: Callable[[Axes, Mapping[str, Any], Mapping[str, Any]], None],
    threshold: Mapping[str, Any],
    tuning: Mapping[str, Any],
    figure: Figure,
) -> None:
    axes = figure.add_subplot()
    draw(axes, threshold, tuning)
    axes.grid(color="#e3e6eb")
    axes.set_axisbelow(True)
    if axes.get_legend_handles_labels()[1]:
        figure.legend(loc="outside lower center", ncols=3, frameon=False)


def _measures(axes: Axes, threshold: Mapping[str, Any], tuning: Mapping[str, Any]) -> None:
    found = measured_at(threshold, tuple(_CURVES))
    _choices(axes, tuning)
    for name, (color, line) in _CURVES.items():
        _steps(axes, threshold, found[name], color=color, linestyle=line, label="F1" if name == "f1" else name)
    axes.set(xlabel="threshold", ylim=(0, 1.02))


def _costs(axes: Axes, threshold: Mapping[str, Any], tuning: Mapping[str, Any]) -> None:
    (wrongly, missed), _ = costs_of(tuning)
    total = [fp * wrongly + fn * missed for fp, fn in zip(threshold["fp"], threshold["fn"], strict=True)]
    _choices(axes, tuning)
    _steps(axes, threshold, total, color="#7a2b8f", label=f"cost: {wrongly:g} flagged wrongly, {missed:g} missed")
    axes.set(xlabel="threshold", ylim=(0, None))


def _scores(axes: Axes, threshold: Mapping[str, Any], tuning: Mapping[str, Any]) -> None:
    found = threshold["histogram"]
    for name, color in (("negative", "#0b57b0"), ("positive", "#a23e00")):
        total = sum(found[name]) or 1
        shares = [one / total for one in found[name]]
        axes.stairs(shares, found["edges"], color=color, fill=True, alpha=0.5, label=name)
    _choices(axes, tuning)
    axes.set(xlabel="score", ylabel="share of the class")


def _roc(axes: Axes, threshold: Mapping[str, Any], tuning: Mapping[str, Any]) -> None:
    axes.plot([0, 1], [0, 1], color="#777777", linewidth=0.8, linestyle=":")
    area = "" if threshold["auc"] is None else f"AUC {threshold['auc']:.4f}"
    _against(axes, threshold, tuning, ("false_positive_rate", "recall"), color="#a23e00", label=area)


def _precision_recall(axes: Axes, threshold: Mapping[str, Any], tuning: Mapping[str, Any]) -> None:
    _against(axes, threshold, tuning, ("recall", "precision"), color="#0b57b0")


_PICTURES: Final = {
    "measures": _measures,
    "costs": _costs,
    "scores": _scores,
    "roc": _roc,
    "precision_recall": _precision_recall,
}


def _steps(axes: Axes, threshold: Mapping[str, Any], values: list[float | None], **given: Any) -> None:  # noqa: ANN401 - matplotlib's own
    # The choice that is no score has no place on the axis
    known = [one for one in zip(threshold["threshold"], values, strict=True) if one[0] is not None]
    across, up = zip(*known, strict=True)
    axes.step(across, [float("nan") if one is None else one for one in up], where="pre", **given)


def _against(
    axes: Axes,
    threshold: Mapping[str, Any],
    tuning: Mapping[str, Any],
    names: tuple[str, str],
    **given: Any,  # noqa: ANN401 - matplotlib's own
) -> None:
    found = measured_at(threshold, names)
    across, up = ([float("nan") if one is None else one for one in found[name]] for name in names)
    axes.plot(across, up, **given)
    for name, (color, _, label) in _CHOICES.items():
        choice = tuning[name]
        if choice is not None and choice["feasible"]:
            place = [float("nan") if choice["measures"][one] is None else choice["measures"][one] for one in names]
            axes.plot(*([one] for one in place), color=color, marker="o", linestyle="", label=label)
    axes.set(xlabel=names[0].replace("_", " "), ylabel=names[1], xlim=(-0.01, 1.01), ylim=(-0.01, 1.02))


def _choices(axes: Axes, tuning: Mapping[str, Any]) -> None:
    interval = tuning["interval"]
    ends = None if interval is None else interval["threshold"]
    if ends is not None and ends["low"] is not None and ends["high"] is not None:
        axes.axvspan(ends["low"], ends["high"], color="#0b57b0", alpha=0.15, label="where resamples choose")
    for name, (color, line, label) in _CHOICES.items():
        choice = tuning[name]
        if choice is not None and choice["feasible"] and choice["threshold"] is not None:
            axes.axvline(choice["threshold"], color=color, linestyle=line, label=label)
