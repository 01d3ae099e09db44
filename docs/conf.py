"""Sphinx configuration; `./dev docs` builds into build/docs/html."""

import sys
from pathlib import Path

import recruit

sys.path.insert(0, str(Path(__file__).parent))
import regulation_pages

project = "recruit"
author = "The recruit authors"
release = recruit.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["Doxyfile"]
regulation_pages.write(Path(__file__).parent / "regulations")
html_theme = "alabaster"
numpydoc_show_class_members = False
autosummary_generate = False
