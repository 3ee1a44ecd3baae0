"""Pictures by matplotlib, the extra `plots`: the same bytes for the same numbers, and nothing of a user's settings."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.figure import Figure

_SIZE: Final = (7.0, 4.5)
"""In inches."""
_DOTS: Final = 120
FORMS: Final[Mapping[str, dict[str, Any]]] = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}
"""Each form of picture, with what it is not to say of itself."""


def drawn(draw: Callable[[Figure], None], form: str) -> bytes:
    """Return what *draw* puts onto a figure as a picture in one of the `FORMS`."""
    # That a folder for its cache cannot be written says nothing of the picture
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from matplotlib import rc_context, style  # noqa: PLC0415 - an extra
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - an extra
    from matplotlib.figure import Figure  # noqa: PLC0415 - an extra

    image = io.BytesIO()
    with style.context("default"), rc_context({"svg.hashsalt": "policy-engine"}):
        figure = Figure(figsize=_SIZE, dpi=_DOTS, layout="constrained")
        # A canvas without a window
        FigureCanvasAgg(figure)
        draw(figure)
        figure.savefig(image, format=form, metadata=FORMS[form])
    return image.getvalue()
