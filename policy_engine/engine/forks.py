"""Locks across a fork: one that another thread held at that moment would never be released in the child."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from threading import RLock
from typing import Protocol
from weakref import WeakSet


class RenewedInChildren(Protocol):
    """Whatever keeps a lock of its own."""

    def begin_anew(self) -> None:
        """Put a new lock, held by nobody, in the place of the old one."""


_OWNERS: WeakSet[RenewedInChildren] = WeakSet()


def renew_in_children(owner: RenewedInChildren) -> None:
    """From now on, renew the lock of *owner* in every process that is forked off, for as long as *owner* lives."""
    _OWNERS.add(owner)


def _in_forked_child() -> None:
    for owner in _OWNERS:
        owner.begin_anew()
    if sys.version_info < (3, 12):
        _renew_cached_properties()


def _renew_cached_properties() -> None:
    """Give each `cached_property` of this package a new lock: up to Python 3.11, all objects of a class share one."""
    package = __name__.partition(".")[0]
    modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] == package]
    classes = {one for module in modules for one in vars(module).values() if isinstance(one, type)}
    for each in classes:
        for member in vars(each).values():
            if isinstance(member, cached_property):
                member.lock = RLock()  # type: ignore[attr-defined]  # what later versions no longer have


os.register_at_fork(after_in_child=_in_forked_child)
