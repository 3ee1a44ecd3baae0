"""What makes a case a positive: its label, or that its first class is the true one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from policy_engine.cli._labelled import label_as_text

if TYPE_CHECKING:
    from policy_engine.reporting.targets import PositiveIs

NOT_BY_LABEL: Final = "of classes, a case is a positive where its first class is the true one"


class Positives(NamedTuple):
    """Which cases are positives: those with this `label`; where it is None, those whose first class is the true one.

    A case without a first class, for its score is invalid, was given nothing that is true: it is a negative.
    """

    label: str | None

    @property
    def are(self) -> PositiveIs:
        """How it is told what makes a case one."""
        return "first_class_is_true" if self.label is None else "label"

    def has(self, truth: str, first_class: str | None) -> bool:
        """Say whether a case is one, by the label that is true, in one form, and its first class, if there is one.

        >>> Positives("1").has("1", None), Positives(None).has("1", "1.0"), Positives(None).has("1", None)
        (True, True, False)
        """
        return truth == (label_as_text(first_class) if self.label is None else self.label)


FIRST_CLASS_IS_TRUE: Final = Positives(None)
