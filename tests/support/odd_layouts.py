"""Documents as YAML in layouts that nobody would choose, with comments wherever one may stand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policy_engine.formatting.scalars import in_quotes, is_plain_text

if TYPE_CHECKING:
    from random import Random

WAYS_TO_SAY_NOTHING = ("null", "~", "Null", "NULL")


@dataclass
class OddLayout:
    """Writes one document. `comments` has what was written beside it: each comment is another one."""

    random: Random
    comments: list[str] = field(default_factory=list)
    _is_below_text: bool = False

    def text(self, document: dict[str, Any]) -> str:
        """Return *document* as YAML, its keys in any order."""
        lines = ["---" + self._beside()] if self._happens(0.1) else []
        lines += self._lines_between("")
        lines += self._block(document, self.random.choice(("", "", "", " ")))
        lines += self._lines_between("")
        end = self.random.choice(("\n", "\r\n", "\r", "\n\n\n"))
        text = self.random.choice(("\n", "\n", "\r\n")).join(lines) + end
        return self.random.choice(("", "\ufeff")) + text

    # --- what stands around values ---

    def _happens(self, chance: float) -> bool:
        return self.random.random() < chance

    def _comment(self) -> str:
        number = len(self.comments)
        words = self.random.choice(
            (" c{}", "{}", " policy-engine: ignore[PE203] reason {}", " a: {{b: [{}", '"{}', " #{}")
        )
        self.comments.append(f"#{words.format(f'<{number}>')}")
        return self.comments[-1]

    def _beside(self) -> str:
        if not self._happens(0.15):
            return self.random.choice(("", "", "", "  "))
        return self.random.choice((" ", "  ")) + self._comment() + self.random.choice(("", " "))

    def _lines_between(self, indent: str) -> list[str]:
        lines = []
        while self._happens(0.15):
            # Behind text below a `|`, what is indented further than its key would be more of the text
            column = (
                "" if self._is_below_text else self.random.choice((indent, indent, "", f"{indent}  ", f"{indent} "))
            )
            lines.append(column + self._comment() if self._happens(0.4) else self.random.choice(("", "  ")))
        return lines

    # --- values ---

    def _block(self, value: dict[str, Any] | list[Any], indent: str) -> list[str]:
        """Return the lines of a mapping or list that is not empty."""
        lines: list[str] = []
        entries: list[tuple[str, Any]]
        if isinstance(value, dict):
            entries = [(f"{self._scalar(key, is_key=True)}:", item) for key, item in self._shuffled(value)]
        else:
            entries = [("-", item) for item in value]
        for start, item in entries:
            lines += self._lines_between(indent)
            self._is_below_text = False
            lines += self._entry(indent, start, item)
        return lines

    def _shuffled(self, mapping: dict[str, Any]) -> list[tuple[str, Any]]:
        items = list(mapping.items())
        if self._happens(0.7):
            self.random.shuffle(items)
        return items

    def _entry(self, indent: str, start: str, item: Any) -> list[str]:  # noqa: ANN401 - any JSON value
        if isinstance(item, (dict, list)) and item and self._happens(0.5):
            return self._block_entry(indent, start, item)
        if isinstance(item, (dict, list)):
            return [f"{indent}{start} {self._flow(item, indent + '  ')}{self._beside()}"]
        if item is None and self._happens(0.3):
            return [f"{indent}{start}{self._beside()}"]
        if isinstance(item, str) and item.strip() == item and item.isprintable() and self._happens(0.1):
            self._is_below_text = True
            mark = self.random.choice(("|-", ">-", "|2-", ">2-"))
            return [f"{indent}{start} {mark}{self._beside()}", f"{indent}  {item}"]
        return self._scalar_entry(indent, start, item)

    def _block_entry(self, indent: str, start: str, item: dict[str, Any] | list[Any]) -> list[str]:
        deeper = indent + self.random.choice(("  ", "  ", "    ", "   "))
        if start != "-" and isinstance(item, list) and self._happens(0.4):
            deeper = indent
        inside = self._block(item, deeper)
        is_item = start == "-" and inside[0].startswith(deeper) and inside[0].strip()[:1] not in ("", "#")
        if is_item and self._happens(0.8):
            return [f"{indent}-{inside[0][len(indent) + 1 :]}", *inside[1:]]
        return [f"{indent}{start}{self._beside()}", *inside]

    def _scalar_entry(self, indent: str, start: str, item: Any) -> list[str]:  # noqa: ANN401 - any scalar
        text = self._scalar(item)
        if self._happens(0.1):
            return [f"{indent}{start}{self._beside()}", *self._lines_between(f"{indent}  "), f"{indent}  {text}"]
        words = text.split(" ")
        place = self.random.randrange(1, len(words)) if len(words) > 1 else 0
        if place and all(words[place - 1 : place + 1]) and self._happens(0.5):
            # A line break in plain or quoted text is a blank
            first, second = " ".join(words[:place]), " ".join(words[place:])
            return [f"{indent}{start} {first}", f"{indent}    {second}{self._beside()}"]
        return [f"{indent}{start} {text}{self._beside()}"]

    def _flow(self, value: Any, indent: str) -> str:  # noqa: ANN401 - any JSON value
        if isinstance(value, dict):
            parts = [
                f"{self._scalar(key, is_key=True)}: {self._flow(item, indent)}" for key, item in self._shuffled(value)
            ]
        elif isinstance(value, list):
            parts = [self._flow(item, indent) for item in value]
        else:
            return self._scalar(value)
        gaps = [self._gap(indent) for _ in range(len(parts) + 1)]
        inside = gaps[0] + "".join(
            f"{part}{'' if place == len(parts) else ','}{gap}"
            for place, (part, gap) in enumerate(zip(parts, gaps[1:], strict=True), 1)
        )
        return f"{{{inside}}}" if isinstance(value, dict) else f"[{inside}]"

    def _gap(self, indent: str) -> str:
        """Return white space between two entries in brackets, which may hold line breaks and comments."""
        if not self._happens(0.15):
            return self.random.choice((" ", "  "))
        between = self._lines_between(indent)
        return "\n".join([self._beside(), *between, indent])

    def _scalar(self, value: str | float | None, *, is_key: bool = False) -> str:
        if value is None:
            return self.random.choice(WAYS_TO_SAY_NOTHING)
        if isinstance(value, bool):
            return self.random.choice((str(value), str(value).lower(), str(value).upper()))
        if isinstance(value, (int, float)):
            text = json.dumps(value)
            return f"{text}0" if "." in text and "e" not in text and self._happens(0.3) else text
        is_plain = is_plain_text(value) and not set(value) & set("{}[],#:&*!|>'\"%@`") and value[0] not in "-?"
        if is_plain and value == value.strip() and self._happens(0.6):
            return value
        if value.isprintable() and not is_key and self._happens(0.5):
            return "'" + value.replace("'", "''") + "'"
        return in_quotes(value)
