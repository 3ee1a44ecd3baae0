"""The parser's complaints in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policy_engine.loader._findings import NOT_YAML, UNUSED_FEATURE, printable

if TYPE_CHECKING:
    import yaml

    from policy_engine.loader._findings import Findings

_QUOTE_IT: Final = "put the value in quotes"
_ALIGN: Final = "begin it in the same column as the lines that it belongs with"
_ESCAPES: Final = "write `\\\\` for a backslash, or use single quotes, where a backslash is only itself"
_NO_PERCENT: Final = ("a directive, which policies do not use", "remove the line that begins with `%`")

_PLAIN_WORDS: Final[dict[str, tuple[str, str]]] = {
    "could not find expected ':'": ("a `:` is missing after a key", "write `key: value` on one line"),
    "mapping values are not allowed": (
        "a `:` where no key can stand",
        "put a value that holds `: ` in quotes, or begin the key on its own line",
    ),
    "block sequence entries are not allowed": (
        "a list item where none can stand",
        "begin the `-` on its own line",
    ),
    "mapping keys are not allowed": ("a key where none can stand", "begin the key on its own line"),
    "found character that cannot start any token": ("a value cannot begin with {char}", _QUOTE_IT),
    "did not find expected alphabetic or numeric character": (
        "{char} has a meaning of its own in YAML",
        _QUOTE_IT,
    ),
    "did not find expected key": ("this line does not fit the mapping around it", _ALIGN),
    "did not find expected '-' indicator": ("this line does not fit the list around it", _ALIGN),
    "did not find expected ',' or ']'": ("a list in `[` `]` is not closed here", "add a `,` or a `]`"),
    "did not find expected ',' or '}'": ("a mapping in `{{` `}}` is not closed here", "add a `,` or a `}`"),
    "did not find expected node content": (
        "a value is missing here",
        "write the value, or remove what asks for it",
    ),
    "did not find expected <document start>": ("this line belongs to nothing above it", _ALIGN),
    "found unexpected end of stream": ("a quote is not closed", "close it with the quote that it began with"),
    "found unexpected document indicator": (
        "a quote is not closed before the document ends",
        "close the quote",
    ),
    "found unknown escape character": ("a `\\` that begins no known escape", _ESCAPES),
    "did not find expected hexdecimal number": ("an escape with too few digits", _ESCAPES),
    "expected escape sequence of": ("an escape with too few digits", _ESCAPES),
    "found invalid Unicode character escape code": ("an escape that stands for no character", _ESCAPES),
    "found an indentation indicator equal to 0": ("an indentation of 0", "leave the digit out"),
    "did not find expected comment or line break": (
        "text where the line must end",
        "begin it on its own line",
    ),
}
"""What libyaml says (or begins with) to what a reader can act on."""

_FEATURES: Final = {
    "found undefined tag handle": (
        "a tag, which policies do not use",
        "remove it, or put the value in quotes",
    ),
    "found duplicate %YAML directive": _NO_PERCENT,
    "found incompatible YAML document": _NO_PERCENT,
    "found duplicate %TAG directive": _NO_PERCENT,
}
_TAB: Final = ("a tab in the indentation", "indent with spaces")


def find_syntax_error(error: yaml.YAMLError, text: str, findings: Findings) -> None:
    """Note what the parser stumbled over, where it did."""
    problem = str(getattr(error, "problem", None) or "a character that YAML does not allow")
    context = str(getattr(error, "context", None) or "")
    at = _offset(getattr(error, "problem_mark", None), getattr(error, "position", 0))
    code = UNUSED_FEATURE if problem in _FEATURES or "directive" in context else NOT_YAML
    message, remedy = _in_plain_words(problem, context, text, at)
    begun = _begun(error, findings)
    findings.add(code, at, at + 1, message + begun, remedy)


def _in_plain_words(problem: str, context: str, text: str, at: int) -> tuple[str, str]:
    if _is_tab_indented(problem, text, at):
        return _TAB
    if "directive" in context:
        return _NO_PERCENT
    if problem in _FEATURES:
        return _FEATURES[problem]
    for start, (message, remedy) in _PLAIN_WORDS.items():
        if problem.startswith(start):
            return message.format(char=f"`{printable(text[at : at + 1])}`"), remedy
    return f"not YAML: {problem}", "compare this line with the ones above it"


def _is_tab_indented(problem: str, text: str, at: int) -> bool:
    if "tab character" in problem:
        return True
    line = text[text.rfind("\n", 0, at) + 1 : at + 1]
    return "\t" in line and not line.strip()


def _begun(error: yaml.YAMLError, findings: Findings) -> str:
    """Return where the thing began that the parser was in, if that is on another line."""
    mark, problem_mark = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    if mark is None or problem_mark is None or mark.line == problem_mark.line:
        return ""
    return f", begun at line {findings.line(mark.index)}"


def _offset(mark: yaml.Mark | None, position: int) -> int:
    return position if mark is None else int(mark.index)
