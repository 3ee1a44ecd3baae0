"""The YAML language server that editors start, driven as they do: JSON-RPC over its standard streams.

It is told to look nothing up, and cannot: a preloaded script refuses every connection, and writes down each that was
asked for.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM: Final = "yaml-language-server"
SECONDS: Final = 60
"""How long an answer may take: a machine under load starts Node.js slowly."""

SETTINGS: Final[dict[str, Any]] = {
    "yaml": {
        "validate": True,
        "hover": True,
        "completion": True,
        "schemaStore": {"enable": False},
        "kubernetesCRDStore": {"enable": False},
    }
}
"""What an editor would say in its settings: all that helps, and nothing from the network. No schema: that is the
modeline's part."""

_NO_NETWORK: Final = """\
const net = require("node:net");
const { appendFileSync } = require("node:fs");
net.Socket.prototype.connect = function (...args) {
  appendFileSync(process.env.ASKED_FOR, JSON.stringify(args[0]) + "\\n");
  throw new Error("no network in this test");
};
"""
_LENGTH: Final = re.compile(rb"Content-Length: ([0-9]+)\r\n")


@dataclass(frozen=True, slots=True)
class Marked:
    """What an editor underlines: the text under the line, and what it says."""

    text: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an editor offers to write: its label, the text that it writes, and the words beside it."""

    label: str
    inserts: str
    about: str


class LanguageServer:
    """One server, with the files that were opened in it. Use it in a `with` statement."""

    def __init__(self, folder: Path, settings: dict[str, Any] | None = None) -> None:
        """Open *folder*. An editor's *settings* come on top of `SETTINGS`."""
        self._settings = {"yaml": {**SETTINGS["yaml"], **(settings or {}).get("yaml", {})}}
        program = shutil.which(PROGRAM)
        assert program is not None
        self._asked_for = folder / "asked-for.txt"
        preloaded = folder / "no-network.cjs"
        preloaded.write_text(_NO_NETWORK, encoding="utf-8")
        environment = {**os.environ, "NODE_OPTIONS": f'--require "{preloaded}"', "ASKED_FOR": str(self._asked_for)}
        self._process = subprocess.Popen(
            [program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self._arrived: Queue[dict[str, Any]] = Queue()
        self._thread = Thread(target=self._listen, daemon=True)
        self._marked: dict[tuple[str, int], list[dict[str, Any]]] = {}
        self._versions: dict[str, int] = {}
        self._last_id = 0
        self._root = folder.as_uri()

    def __enter__(self) -> Self:
        self._thread.start()
        capabilities = {
            "workspace": {"configuration": True},
            "textDocument": {
                "completion": {
                    "completionItem": {"snippetSupport": True, "documentationFormat": ["markdown", "plaintext"]}
                },
                "hover": {"contentFormat": ["markdown", "plaintext"]},
                "publishDiagnostics": {"versionSupport": True},
            },
        }
        folders = [{"uri": self._root, "name": "tests"}]
        given = {"processId": os.getpid(), "rootUri": self._root, "workspaceFolders": folders}
        self._ask("initialize", {**given, "capabilities": capabilities})
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": self._settings})
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._ask("shutdown", None)
            self._tell("exit", None)
            self._process.wait(SECONDS)
        finally:
            self._process.kill()
            self._process.communicate()
            self._thread.join(SECONDS)

    @property
    def asked_of_the_network(self) -> str:
        """What it wanted to connect to, a line each; nothing if it is as it should be."""
        return self._asked_for.read_text(encoding="utf-8") if self._asked_for.exists() else ""

    def marks(self, path: Path, text: str) -> list[Marked]:
        """Return what is underlined once *path* has this text, from the top down."""
        uri, version = self._show(path, text)
        while (uri, version) not in self._marked:
            self._take(self._arrived.get(timeout=SECONDS))
        found = sorted(self._marked[uri, version], key=lambda one: _start(one["range"]))
        return [Marked(_under(text, one["range"]), one["range"]["start"]["line"] + 1, one["message"]) for one in found]

    def proposals(self, path: Path, text: str) -> list[Proposal]:
        """Return what is offered where `|` stands in *text*."""
        answer = self._at_cursor("textDocument/completion", path, text)
        items = answer["items"] if isinstance(answer, dict) else answer or []
        return [Proposal(one["label"], _inserted(one), _words(one.get("documentation"))) for one in items]

    def hover(self, path: Path, text: str) -> str:
        """Return what is shown over the place where `|` stands in *text*, as Markdown."""
        answer = self._at_cursor("textDocument/hover", path, text)
        return "" if answer is None else _words(answer["contents"])

    def _at_cursor(self, method: str, path: Path, text: str) -> Any:  # noqa: ANN401 - what a server answers
        before, cursor, after = text.partition("|")
        assert cursor
        uri, _ = self._show(path, before + after)
        position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        return self._ask(method, {"textDocument": {"uri": uri}, "position": position})

    def _show(self, path: Path, text: str) -> tuple[str, int]:
        uri = path.as_uri()
        version = self._versions[uri] = self._versions.get(uri, 0) + 1
        if version == 1:
            document = {"uri": uri, "languageId": "yaml", "version": version, "text": text}
            self._tell("textDocument/didOpen", {"textDocument": document})
        else:
            changed = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]}
            self._tell("textDocument/didChange", changed)
        return uri, version

    def _ask(self, method: str, params: Any) -> Any:  # noqa: ANN401 - any JSON value
        self._last_id += 1
        self._send({"id": self._last_id, "method": method, "params": params})
        while True:
            message = self._arrived.get(timeout=SECONDS)
            if message.get("id") == self._last_id and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._take(message)

    def _tell(self, method: str, params: Any) -> None:  # noqa: ANN401 - any JSON value
        self._send({"method": method, "params": params})

    def _take(self, message: dict[str, Any]) -> None:
        """Keep the marks that are published, and answer what the server asks."""
        method, params = message.get("method"), message.get("params", {})
        if method == "textDocument/publishDiagnostics":
            uri = params["uri"]
            self._marked[uri, params.get("version", self._versions[uri])] = params["diagnostics"]
        elif method == "workspace/configuration":
            sections = [self._settings.get(one.get("section"), {}) for one in params["items"]]
            self._send({"id": message["id"], "result": sections})
        elif "id" in message:
            self._send({"id": message["id"], "result": None})

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while head := self._process.stdout.readline():
            if length := _LENGTH.fullmatch(head):
                while self._process.stdout.readline() != b"\r\n":
                    pass
                self._arrived.put(json.loads(self._process.stdout.read(int(length[1]))))


def _start(found: dict[str, Any]) -> tuple[int, int]:
    return found["start"]["line"], found["start"]["character"]


def _under(text: str, found: dict[str, Any]) -> str:
    lines = text.splitlines(keepends=True)
    start, end = found["start"], found["end"]
    if start["line"] == end["line"]:
        return str(lines[start["line"]][start["character"] : end["character"]])
    between = lines[start["line"] + 1 : end["line"]]
    last = lines[end["line"]][: end["character"]] if end["line"] < len(lines) else ""
    first = lines[start["line"]][start["character"] :]
    return f"{first}{''.join(between)}{last}"


def _inserted(item: dict[str, Any]) -> str:
    written = item.get("textEdit", {}).get("newText", item.get("insertText", item["label"]))
    return str(written)


def _words(given: Any) -> str:  # noqa: ANN401 - text, or a mapping that holds it
    return str(given["value"]) if isinstance(given, dict) else str(given or "")
