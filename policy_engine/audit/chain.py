"""The chain: what ties each record to all that were written before it.

A line of the log is `payload TAB hex(link) LF`, where `link = SHA-256(DOMAIN || previous link || payload)`
over the exact bytes of the payload. The link before the first record is `SHA-256(DOMAIN || stream name)`,
so that a record cannot be moved to another stream.
"""

from __future__ import annotations

import re
from binascii import hexlify
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

DOMAIN: Final = b"policy-engine/audit/v1\n"
"""Stands before everything that is hashed here, so that no other hash of ours can be taken for a link."""

FORMAT: Final = 1
"""The version of the line format. The first record of a stream carries it."""

LONGEST_PAYLOAD: Final = 64 * 1024
TRAILER: Final = 1 + 64 + 1
"""The bytes of a line after its payload: TAB, the link in hexadecimal, LF."""

LONGEST_LINE: Final = LONGEST_PAYLOAD + TRAILER

_LINE = re.compile(rb'(\{"seq":([1-9][0-9]{0,15}),.*\})\t([0-9a-f]{64})\n', re.DOTALL)


class Line(NamedTuple):
    """What a line says of itself, true or not."""

    payload: bytes
    seq: int
    link: bytes


class Chained(NamedTuple):
    """Records made into lines, ready to be written in one go: their bytes, and the last one's number and link.

    `links` has the link of each in hexadecimal.
    """

    lines: bytes
    seq: int
    link: bytes
    links: list[bytes]

    def link_of(self, seq: int) -> str:
        """Return the link of one of the records, in hexadecimal."""
        return self.links[seq - self.seq - 1].decode("ascii")


def first_link(stream: str) -> bytes:
    """Return the link that stands before the first record of *stream*."""
    return sha256(DOMAIN + stream.encode("ascii")).digest()


def chain(bodies: Sequence[bytes], *, seq: int, link: bytes) -> Chained:
    """Return *bodies* as lines, numbered from the one after *seq* and chained to *link*.

    A body is a record's JSON object without its opening brace: the number is set before it.
    """
    if len(bodies) == 1:  # as below, for what is most common
        seq += 1
        payload = b'{"seq":%d,' % seq + bodies[0]
        link = sha256(DOMAIN + link + payload).digest()
        shown = hexlify(link)
        return Chained(payload + b"\t" + shown + b"\n", seq, link, [shown])
    parts: list[bytes] = []
    for body in bodies:
        seq += 1
        payload = b'{"seq":%d,' % seq + body
        link = sha256(DOMAIN + link + payload).digest()
        parts += (payload, b"\t", hexlify(link), b"\n")
    return Chained(b"".join(parts), seq, link, parts[2::4])


def read_line(line: bytes) -> Line | None:
    """Return what *line* says of itself, or None where it is not of the form of a line."""
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    return Line(match[1], int(match[2]), bytes.fromhex(match[3].decode("ascii")))
