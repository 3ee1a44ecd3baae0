"""The parser's complaints in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from policy_engine.loader._findings import NOT_YAML, UNUSED_FEATURE
from policy_engine.printable import printable

if TYPE_CHECKING:
    import yaml

    from policy_engine.loader._findings import Findings


class _Words(NamedTuple):
    """What a reader is told. `at_its_start`: the place is where the thing begins, not where it went wrong."""

    message: str
    mend: str
    code: str = NOT_YAML
    at_its_start: bool = False


_QUOTE_IT: Final = "put the value in quotes"
_ALIGN: Final = "begin it in the same column as the lines that it belongs with"
_ESCAPE: Final = r"write `\\` for a backslash, or use single quotes, where a backslash is only itself"
_UNUSED: Final = "which policies do not use"
_TAB: Final = _Words("a tab in the indentation", "indent with spaces")
_DIRECTIVE: Final = _Words(
    f"a directive, {_UNUSED}", "remove the line that begins with `%`", UNUSED_FEATURE, at_its_start=True
)
_TAG: Final = _Words(f"`!` begins a tag, {_UNUSED}", _QUOTE_IT, UNUSED_FEATURE, at_its_start=True)
_ANCHOR: Final = _Words("{char} begins an anchor or an alias, " + _UNUSED, _QUOTE_IT, UNUSED_FEATURE, at_its_start=True)

_BY_CONTEXT: Final = (("directive", _DIRECTIVE), ("tag", _TAG), ("anchor", _ANCHOR), ("alias", _ANCHOR))
"""A word of what the parser was in the midst of, and what to say of it whatever went wrong there."""

_BY_PROBLEM: Final = (
    ("tab character", _TAB),
    ("directive", _DIRECTIVE),
    ("incompatible YAML document", _DIRECTIVE),
    ("undefined tag handle", _TAG),
    ("could not find expected ':'", _Words(
        "a `:` is missing after this key", "write `key: value` on one line", at_its_start=True)),
    ("mapping values are not allowed", _Words(
        "a `:` where no key can stand", "put a value that holds `: ` in quotes, or begin the key on its own line")),
    ("sequence entries are not allowed", _Words(
        "a list item where none can stand", "begin the `-` on its own line, or put it in quotes")),
    ("mapping keys are not allowed", _Words("a key where none can stand", "begin the key on its own line")),
    ("cannot start any token", _Words("no value can begin with {char}", _QUOTE_IT)),
    ("end of stream", _Words(
        "a quote is not closed", "close it with the quote that it begins with", at_its_start=True)),
    ("document indicator", _Words(
        "a quote is not closed", "close it with the quote that it begins with", at_its_start=True)),
    ("',' or ']'", _Words("the list in `[` and `]` does not go on like this", "add a `,` or the closing `]`")),
    ("',' or '}'", _Words("the mapping in `{` and `}` does not go on like this", "add a `,` or the closing `}`")),
    ("unknown escape character", _Words(r"a `\` that begins no known escape", _ESCAPE)),
    ("hexdecimal", _Words("an escape with too few digits", _ESCAPE)),
    ("escape", _Words("an escape that stands for no character", _ESCAPE)),
    ("expected key", _Words("this line does not fit the mapping around it", _ALIGN)),
    ("'-' indicator", _Words("this line does not fit the list around it", _ALIGN)),
    ("<block end>", _Words("this line does not fit what is around it", _ALIGN)),
    ("<document start>", _Words("this belongs to nothing above it", _ALIGN)),
    ("node content", _Words("a key or a value is missing here", "write it, or remove what asks for it")),
    ("indentation indicator", _Words("an indentation that is no digit from 1 to 9", "leave the digit out")),
    ("comment or line break", _Words("text where the line must end", "begin it on its own line")),
)  # fmt: skip
"""A part of what libyaml (or PyYAML's own parser) says, and what to say instead; the first that fits."""


def find_syntax_error(error: yaml.YAMLError, text: str, findings: Findings) -> None:
    """Note what the parser stumbled over."""
    stumbled = _offset(getattr(error, "problem_mark", None), text)
    begun = _offset(getattr(error, "context_mark", None), text, stumbled)
    words = _words(error, text, stumbled)
    at = begun if words.at_its_start else stumbled
    message = words.message.replace("{char}", _char(text, at))
    if findings.line(begun) < findings.line(at) and words is not _TAB:
        message += f", begun at line {findings.line(begun)}"
    findings.add(words.code, at, at + 1, message, words.mend)


def _words(error: yaml.YAMLError, text: str, at: int) -> _Words:
    if _is_indented_with_tab(text, at):
        return _TAB
    context = str(getattr(error, "context", None) or "")
    problem = str(getattr(error, "problem", None) or error)
    known = [words for part, words in _BY_CONTEXT if part in context]
    known += [words for part, words in _BY_PROBLEM if part in problem]
    other = _Words(f"not YAML: {printable(problem)}", "compare it with the lines above")
    return known[0] if known else other


def _is_indented_with_tab(text: str, at: int) -> bool:
    line = text[max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1 : at + 1]
    return "\t" in line and not line.strip()


def _char(text: str, at: int) -> str:
    char = text[at : at + 1]
    return "a backtick" if char == "`" else f"`{printable(char)}`"


def _offset(mark: yaml.Mark | None, text: str, other: int = 0) -> int:
    """Return where *mark* is; what is missing at the end of a text is missed behind its last word."""
    return other if mark is None else min(mark.index, len(text.rstrip()))
