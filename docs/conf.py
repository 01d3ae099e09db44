"""Sphinx configuration; `./dev docs` builds into build/docs/html."""

import recruit

project = "recruit"
author = "The recruit authors"
release = recruit.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["Doxyfile"]
html_theme = "alabaster"
numpydoc_show_class_members = False
autosummary_generate = False
