"""The curves of a threshold as pictures, PNG and SVG, the same bytes for the same numbers.

Needs matplotlib, the extra `plots`.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from policy_engine.reporting.as_html.measured import measured_at
from policy_engine.reporting.as_html.words import costs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.axes import Axes

_SIZE: Final = (7.0, 4.5)
"""In inches."""
_DOTS: Final = 120
_FORMS: Final[Mapping[str, dict[str, Any]]] = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}
"""Each form of picture, with what it is not to say of itself."""
_CURVES: Final = {"precision": ("#0b57b0", "--"), "recall": ("#a23e00", "-"), "f1": ("#1b6e3c", ":")}
_CHOICES: Final = {"empirical": ("#806300", "--", "best on these cases"), "guaranteed": ("#17663a", "-", "guaranteed")}


def plots_of(threshold: Mapping[str, Any], tuning: Mapping[str, Any]) -> dict[str, bytes]:
    """Return each picture by the name of its file, of the parts of a page that are called so."""
    from matplotlib import rc_context, style  # noqa: PLC0415 - an extra

    found = {}
    # No window, and no setting of the user's has a say
    with style.context("default"), rc_context({"svg.hashsalt": "policy-engine"}):
        for name, draw in _PICTURES.items():
            for form, unsaid in _FORMS.items():
                found[f"{name}.{form}"] = _picture(draw, threshold, tuning, form, unsaid)
    return found


def _picture(
    draw: Callable[[Axes, Mapping[str, Any], Mapping[str, Any]], None],
    threshold: Mapping[str, Any],
    tuning: Mapping[str, Any],
    form: str,
    unsaid: dict[str, Any],
) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - an extra
    from matplotlib.figure import Figure  # noqa: PLC0415 - an extra

    figure = Figure(figsize=_SIZE, dpi=_DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    draw(axes, threshold, tuning)
    axes.grid(color="#e3e6eb")
    axes.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    image = io.BytesIO()
    figure.savefig(image, format=form, metadata=unsaid)
    return image.getvalue()


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
