"""Statistics of contests: fair, open, reliable, quick, sound.

Functions take long data with named columns, ``f(data, group="sex", outcome="selected")``, where `data`
is anything that makes a `recruit.Table`; some take counts or wide arrays as well. Results are small
values: ``value`` is None where it cannot be told, and ``reason`` says why.
"""

from recruit._core import stats as _stats

__all__ = sorted(name for name in vars(_stats) if not name.startswith("_"))
globals().update({name: getattr(_stats, name) for name in __all__})
