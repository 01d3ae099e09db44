"""recruit.stats: what every result and every reader of data has in common."""

from __future__ import annotations

import copy
import doctest
import importlib
import pickle
import re
from collections import Counter
from pathlib import Path

import pytest
import recruit
from conftest import ROOT
from recruit import stats
from stats_oracle import table

# Reference numbers of what the library does not do yet: copying, differential item functioning, equating,
# item response theory, classification at a cut, person fit, Benford, many-facet Rasch, generalisability,
# omega.
NOT_YET = {
    "benford",
    "copying",
    "dif_verbal",
    "equate_act",
    "gtheory_b32",
    "irt_lsat",
    "irt_lsat7",
    "irt_pcm",
    "kernel_act",
    "livingston_lewis",
    "mfrm_guilford",
    "omega_thurstone",
    "personfit",
    "rudner",
}


def results() -> list[object]:
    """One of every class of result: what the functions `results` of the files stats_results_*.py make."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("stats_results_*.py"))
    return [result for name in names for result in importlib.import_module(name).results()]


@pytest.mark.parametrize("result", results(), ids=lambda r: type(r).__name__)
def test_every_result_has_the_same_protocol(result: object) -> None:
    assert isinstance(result, object)
    assert str(result) == result.str("en") and result.str("vi") != result.str("en")
    assert repr(result) == str(result)
    assert result._repr_html_().startswith("<div>")
    assert len(result.to_pandas()) == len(result.to_table())
    for same in (pickle.loads(pickle.dumps(result)), copy.copy(result), copy.deepcopy(result)):
        assert same == result and hash(same) == hash(result)
    with pytest.raises(AttributeError):
        result.method = "other"


def test_a_reason_has_a_sentence_in_both_languages() -> None:
    assert stats.why("one_rater") == "there is one rater only; two are needed"
    assert stats.why("one_rater", "vi") == "chỉ có một người chấm; cần ít nhất hai"


def test_a_word_that_is_not_there_is_refused() -> None:
    with pytest.raises(recruit.Error, match="no_such_word"):
        stats.label("no_such_word")


def test_examples_in_the_docstrings_of_stats_hold() -> None:
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    parser = doctest.DocTestParser()
    for name in stats.__all__:
        thing = getattr(stats, name)
        members = [
            (f"{name}.{inner}", getattr(thing, inner, None)) for inner in dir(thing) if inner[0] != "_"
        ]
        for where, what in [(name, thing), *(members if isinstance(thing, type) else [])]:
            text = getattr(what, "__doc__", None) or ""
            if ">>>" in text:
                runner.run(parser.get_doctest(text, {"recruit": recruit}, where, None, None))
    assert runner.tries > 0
    assert runner.failures == 0


def test_the_stubs_name_what_there_is() -> None:
    stub = Path(stats.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    named = {line.split(" as ")[1] for line in stub.splitlines() if line.startswith("from recruit.stats.")}
    assert named == set(stats.__all__)


def test_every_group_of_reference_numbers_is_checked_in_both_languages() -> None:
    groups = Counter(row["id"] for row in table("expected.csv"))
    places = {
        "C++": (ROOT.glob("tests/stats/test_*.cpp"), r'oracle::Group \w+\{"(\w+)"\}'),
        "Python": (ROOT.glob("tests/python/test_stats*.py"), r'= Group\("(\w+)"\)'),
    }
    for language, (paths, pattern) in places.items():
        found = re.findall(pattern, "".join(path.read_text(encoding="utf-8") for path in paths))
        numbers = sum(groups[name] for name in set(found))
        named = sorted(set(found))
        print(f"{language}: {numbers} reference numbers in {len(named)} groups: {' '.join(named)}")
        assert set(found) == groups.keys() - NOT_YET
    assert groups.keys() >= NOT_YET
