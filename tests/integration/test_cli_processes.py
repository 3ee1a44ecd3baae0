"""The command line as a process: pipes that close, rows that trickle, kill -9, and how it starts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policy_engine.audit import read_records, verify
from tests.support.commands import CASES, COMMAND, POLICIES, ROOT, lines_of, started

if TYPE_CHECKING:
    from collections.abc import Iterator

ROW = json.dumps({"use_case": "credit-default", "score": 0.5, "housing": "own", "purpose": "business"}).encode() + b"\n"


@pytest.fixture
def many_cases(tmp_path: Path) -> Path:
    """Return a CSV file of 20,000 of the real cases."""
    header, *rows = CASES.read_text().splitlines(keepends=True)
    path = tmp_path / "many.csv"
    path.write_text(header + "".join(rows) * 20)
    return path


def deciding(*args: object) -> subprocess.Popen[bytes]:
    """Start `decide` on a file or a pipe."""
    command = [*COMMAND, "decide", "credit-default", "--policies", POLICIES, *map(str, args)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)


def german(path: Path) -> tuple[str, ...]:
    """Return the options that decide a file with the columns of the real cases."""
    return (
        "--input",
        str(path),
        "--column",
        "subject=applicant_id",
        "--context",
        "sex,age_band",
        "--ignore",
        "fold,label",
    )


def recorded(log: Path) -> list[str]:
    """Return the ids of all decisions in a log."""
    payloads = (one.payload for one in read_records(log))
    return [payload["decision_id"] for payload in payloads if payload["type"] == "decision"]


# --- kill -9 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lines_first", [1, 5000])
def test_a_killed_run_leaves_a_log_that_verifies_and_holds_all_that_was_printed(
    many_cases: Path, tmp_path: Path, lines_first: int
) -> None:
    log = tmp_path / "log"
    with deciding(*german(many_cases), "--audit", log) as process:
        assert process.stdout is not None
        printed = [process.stdout.readline() for _ in range(lines_first)]
        process.kill()
        printed += process.stdout.readlines()
    assert process.returncode == -signal.SIGKILL
    found = verify(log)
    assert found.intact
    whole = [json.loads(line) for line in printed if line.endswith(b"\n")]
    assert 0 < len(whole) < 20_000
    held = recorded(log)
    assert [line["decision_id"] for line in whole] == held[: len(whole)]
    # The next writer goes on in the same stream
    result = started("decide", "credit-default", "--input", "-", "--audit", log, text=ROW)
    assert result.returncode == 0
    assert verify(log).intact
    assert len(recorded(log)) == len(held) + 1


# --- pipes ---------------------------------------------------------------------------------------------------


def test_a_reader_that_goes_away_is_no_traceback(many_cases: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with deciding(*german(many_cases), "--audit", log) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
    assert json.loads(first)["decision_id"] in recorded(log)
    assert verify(log).intact


@pytest.mark.parametrize("args", [("show", "card-fraud"), ("schema",), ("validate", "--format", "json"), ("test",)])
def test_no_command_minds_a_reader_that_goes_away(args: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        result = subprocess.run([*COMMAND, *args], cwd=ROOT, stdout=gone, stderr=subprocess.PIPE, check=False)
    assert b"Traceback" not in result.stderr
    assert b"Broken" not in result.stderr
    assert result.returncode == 141


def test_rows_that_trickle_are_answered_one_by_one(tmp_path: Path) -> None:
    with deciding("--input", "-", "--audit", tmp_path / "log") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for row in (ROW, b"\n" + ROW + b"\n\n", b"oops\n", ROW[:20]):
            process.stdin.write(row)
            process.stdin.flush()
            if row.endswith(b"\n"):
                assert process.stdout.readline().endswith(b"}\n")
        process.stdin.write(ROW[20:].rstrip(b"\n"))
        process.stdin.close()
        assert json.loads(process.stdout.read())["outcome"] == "refer"
    assert process.returncode == 1


def test_csv_rows_that_trickle_are_answered_one_by_one() -> None:
    with deciding("--input", "-", "--input-format", "csv") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"score,housing\n")
        for _ in range(3):
            process.stdin.write(b"0.5,own\n\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["outcome"] == "refer"
        process.stdin.close()
    assert process.returncode == 0


def test_a_file_of_any_size_takes_the_same_memory(tmp_path: Path) -> None:
    peaks = []
    for copies in (1, 40):
        path = tmp_path / f"{copies}.jsonl"
        path.write_bytes(ROW * 1000 * copies)
        code = (
            "import resource, sys; from policy_engine.cli import main\n"
            "try: main()\n"
            "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
        )
        args = ["decide", "--policies", POLICIES, "--input", str(path), "-o", os.devnull]
        result = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, check=True)
        peaks.append(int(result.stderr.split()[-1]))
    assert peaks[1] - peaks[0] < 8 * 1024


# --- signals and streams -------------------------------------------------------------------------------------


@pytest.fixture
def heeding_interrupts() -> Iterator[None]:
    """Let processes heed an interrupt even where the tests run in the background of a shell, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeding_interrupts")
def test_an_interrupt_is_no_traceback(tmp_path: Path) -> None:
    with deciding("--input", "-", "--audit", tmp_path / "log") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(ROW)
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in said
    assert verify(tmp_path / "log").intact


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that takes nothing is Linux's")
@pytest.mark.parametrize("args", [("show",), ("decide", "credit-default"), ("decide", "--input", "-")])
def test_a_full_disk_is_said_in_words(args: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [*COMMAND, *args], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, input=ROW, check=False
        )
    assert result.returncode == 2
    assert result.stderr == b"policy-engine: the standard output: No space left on device\n"


@pytest.mark.parametrize(("closed", "args"), [(">&-", "show"), ("<&-", "decide --input -"), ("<&-", "validate -")])
def test_a_stream_that_is_closed_is_said_in_words(closed: str, args: str) -> None:
    command = f'exec "{sys.executable}" -m policy_engine {args} {closed}'
    result = subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, capture_output=True, check=False)
    assert result.returncode == 2
    assert b": it is closed\n" in result.stderr


def test_an_unbuffered_standard_output_gets_all_of_it() -> None:
    rows = ROW * 3000
    result = started("decide", "--input", "-", text=rows, PYTHONUNBUFFERED="1")
    assert len(lines_of(result.stdout.decode())) == 3000


def test_a_terminal_gets_colour_progress_and_indented_json(many_cases: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("schema: policy/v1\n")
    red = "\x1b[1;31m"
    assert red in on_terminal("validate", str(broken))
    assert red not in on_terminal("validate", str(broken), NO_COLOR="1")
    assert red not in on_terminal("validate", str(broken), TERM="dumb")
    assert red not in on_terminal("validate", str(broken), "--color", "never")
    assert '\n  "outcome": "refer"' in on_terminal("decide", "credit-default", "--score", "0.5").replace("\r", "")
    shown = on_terminal("decide", "credit-default", *german(many_cases), "-o", str(tmp_path / "out"))
    assert shown.startswith("\r\x1b[K")
    log = tmp_path / "log"
    on_terminal("decide", "credit-default", *german(many_cases), "-o", str(tmp_path / "out"), "--audit", str(log))
    assert "\r\x1b[Kintegrity     \x1b[32mintact" in on_terminal("audit", "verify", str(log))


@pytest.mark.parametrize(
    "args",
    [
        ("show", "--policies", "BROKEN"),
        ("decide", "card-fraud", "--score", "0.5", "--policies", "BROKEN"),
        ("rule",),
        ("show", "card-fraud", "--tier", "a-tier-that-nobody-declared", "--jurisdiction", "Nowhereland"),
        ("decide", "credit-default", "--score", "0.5", "--jurisdictoin", "DE"),
    ],
)
def test_text_is_broken_at_the_width_of_the_terminal_and_nowhere_else(args: tuple[str, ...], tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("schema: policy/v1\nuse_case: card-fraud\nowner: nobody\nversion: minus-one\n")
    named = [str(tmp_path) if arg == "BROKEN" else arg for arg in args]
    shown = [line.rstrip("\r") for line in on_terminal(*named).replace(str(tmp_path), "P").split("\n")]
    assert [line for line in shown if len(line) > 80] == []
    assert [line for line in _said_by(*named).splitlines() if len(line) > 80] != []


def _said_by(*args: str) -> str:
    """Return all that a command writes where no terminal is."""
    done = started(*args)
    return (done.stdout + done.stderr).decode()


def on_terminal(*args: str, **env: str) -> str:
    """Return what a command shows on a terminal of 80 columns."""
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *args],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if name != "NO_COLOR"},
            "TERM": "xterm",
            "COLUMNS": "80",
            **env,
        },
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    shown = b"".join(_read_all(leader))
    os.close(leader)
    process.wait()
    return shown.decode()


def _read_all(leader: int) -> Iterator[bytes]:
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # what a terminal says when its other side is gone
            return
        if not piece:
            return
        yield piece


# --- how it starts -------------------------------------------------------------------------------------------

HEAVY = ("numpy", "structlog", "jsonschema", "ruamel", "orjson")
MODULES = "import sys\ntry: from policy_engine.cli import main; main()\nfinally: print(*sys.modules, file=sys.stderr)"


@pytest.mark.parametrize(
    ("args", "absent"),
    [
        (("--help",), (*HEAVY, "pydantic", "yaml", "policy_engine.model", "policy_engine.loader")),
        (("validate", "--help"), (*HEAVY, "pydantic", "yaml")),
        (("validate",), HEAVY),
        (("validate", "policies/card-fraud.yaml"), HEAVY),
        (("validate", "--format", "github"), HEAVY),
        (("validate", "--format", "junit"), HEAVY),
        (("validate", "--format", "markdown"), HEAVY),
        (("validate", "--format", "gitlab"), HEAVY[:4]),
        (("validate", "--format", "sarif"), HEAVY[:4]),
        (("test",), HEAVY),
        (("show", "card-fraud"), HEAVY[:4]),
        (("decide", "credit-default", "--score", "0.5"), HEAVY[:4]),
        (("schema",), ("numpy", "structlog", "jsonschema", "ruamel")),
    ],
)
def test_a_command_imports_only_what_it_needs(args: tuple[str, ...], absent: tuple[str, ...]) -> None:
    loaded = modules_after(*args)
    assert [name for name in absent if name in loaded] == []


def modules_after(*args: str) -> list[str]:
    """Return the modules that a command has imported by its end."""
    result = subprocess.run([sys.executable, "-c", MODULES, *args], cwd=ROOT, capture_output=True, check=True)
    return result.stderr.decode().splitlines()[-1].split()


def test_a_policy_without_versions_is_validated_without_what_reads_them(tmp_path: Path) -> None:
    text = Path(POLICIES, "card-fraud.yaml").read_text()
    without = text.replace(', versions: ">=4.2,<5"', "").partition("\ntests:")[0]
    (tmp_path / "card-fraud.yaml").write_text(without)
    (tmp_path / "catalog.yaml").write_bytes(Path(POLICIES, "catalog.yaml").read_bytes())
    assert "packaging" not in modules_after("validate", str(tmp_path / "card-fraud.yaml"))
    (tmp_path / "card-fraud.yaml").write_text(text)
    assert "packaging" in modules_after("validate", str(tmp_path / "card-fraud.yaml"))


def test_the_installed_script_is_the_same_command() -> None:
    script = Path(sys.executable).with_name("policy-engine")
    result = subprocess.run([str(script), "--version"], capture_output=True, check=True)
    assert result.stdout.startswith(b"policy-engine ")
    assert started("--version").stdout == result.stdout


def test_completion_knows_commands_and_options() -> None:
    asking = "bash_complete"
    result = started(_POLICY_ENGINE_COMPLETE=asking, COMP_CWORD="1", COMP_WORDS="policy-engine va")
    assert b"plain,validate" in result.stdout
    line = "policy-engine decide card-fraud --tier gold --sc"
    result = started(_POLICY_ENGINE_COMPLETE=asking, COMP_CWORD="5", COMP_WORDS=line)
    assert (result.stdout, result.stderr) == (b"plain,--score\nplain,--score-prefix\n", b"")
    line = "policy-engine decide card-fraud --tier --s"
    result = started(_POLICY_ENGINE_COMPLETE=asking, COMP_CWORD="4", COMP_WORDS=line)
    assert result.stderr == b""
