"""Names, numbers and dates as people write them in Vietnam; what is unclear is said, never guessed.

``match_key`` joins names that are spelt in several ways, ``sort`` puts them in the order of the dictionary,
``clean``, ``read_numbers`` and ``read_dates`` read columns and return what is wrong with them as Issues.
"""

from recruit._core import text as _text

__all__ = sorted(name for name in vars(_text) if not name.startswith("_"))
globals().update({name: getattr(_text, name) for name in __all__})
