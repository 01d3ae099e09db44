"""The command ``recruit``: selections from files, for people without code (see ``docs/command.md``)."""

from __future__ import annotations

from recruit.command.run import main

__all__ = ["main"]
