"""``python -m recruit`` is the command ``recruit``."""

from __future__ import annotations

import sys

from recruit.command import main

if __name__ == "__main__":
    sys.exit(main())
